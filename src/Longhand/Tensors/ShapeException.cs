namespace Longhand.Tensors;

/// <summary>Shapes that do not fit together. The message names the operation, the shapes, the rule broken, and a hint.</summary>
public sealed class ShapeException(string message) : ArgumentException(message);
