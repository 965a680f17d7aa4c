using System.Reflection;
using Longhand.Backends;

namespace Longhand.Bits;

/// <summary>
/// Every operation the library hands to <c>Map</c>, found in its assembly, so that a new one cannot be forgotten: any struct
/// that is an <see cref="IUnary"/>, <see cref="IBinary"/> or <see cref="ITernary"/>.
/// </summary>
public static partial class KernelTable
{
    // Where functions have their edges: signed zeros, subnormals, ties, the ends of e^x, and what is no number.
    private static readonly float[] s_edges =
    [
        0f, -0f, 0.5f, -0.5f, 1f, -1f, 1.5f, 2.5f, -2.5f, 1e-3f, -1e-3f, 1e-30f, -1e-30f, 1e-40f, -1e-40f, 10f, -10f, 20f, -20f,
        80f, -80f, 89f, -89f, 104f, -104f, 1e4f, -1e4f, float.NaN,
    ];

    // Single precision overflows here inside a formula where double does not, so only the bits can be compared.
    private static readonly float[] s_extremes =
    [
        .. s_edges, 1e9f, -1e9f, 1e20f, -1e20f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity,
    ];

    private static IEnumerable<KernelCase> Operations()
    {
        foreach (Type type in typeof(IBackend).Assembly.GetTypes())
        {
            if (!type.IsValueType || type.ContainsGenericParameters) continue;
            if (typeof(IUnary).IsAssignableFrom(type)) foreach (KernelCase c in OperationCases(type, nameof(MapOne))) yield return c;
            if (typeof(IBinary).IsAssignableFrom(type)) foreach (KernelCase c in OperationCases(type, nameof(MapTwo))) yield return c;
            if (typeof(ITernary).IsAssignableFrom(type)) foreach (KernelCase c in OperationCases(type, nameof(MapThree))) yield return c;
        }
    }

    private static IEnumerable<KernelCase> OperationCases(Type type, string body)
    {
        Action<Trial, float[]?> map = typeof(KernelTable).GetMethod(body, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type).CreateDelegate<Action<Trial, float[]?>>();
        string name = type.DeclaringType is { } outer ? $"{outer.Name}.{type.Name}" : type.Name;
        yield return new(nameof(IBackend.Map), name, Summing, t => map(t, null));
        yield return new(nameof(IBackend.Map), $"{name} at the edges", Summing, t => map(t, s_edges));
        yield return new(nameof(IBackend.Map), $"{name} at the extremes", double.PositiveInfinity, t => map(t, s_extremes));
    }

    private static void MapOne<TOp>(Trial t, float[]? edges) where TOp : struct, IUnary
    {
        Storage x = Operand(t, edges, every: 1);
        t.Backend.Map(Make<TOp>(), t.Output(x.Length), x);
    }

    private static void MapTwo<TOp>(Trial t, float[]? edges) where TOp : struct, IBinary
    {
        Storage a = Operand(t, edges, every: 1), b = Operand(t, edges, every: edges?.Length ?? 1);
        t.Backend.Map(Make<TOp>(), t.Output(a.Length), a, b);
    }

    private static void MapThree<TOp>(Trial t, float[]? edges) where TOp : struct, ITernary
    {
        Storage a = Operand(t, edges, every: 1), b = Operand(t, edges, every: edges?.Length ?? 1), c = Operand(t, edges, every: 5);
        t.Backend.Map(Make<TOp>(), t.Output(a.Length), a, b, c);
    }

    /// <summary>
    /// Random numbers; or the edges over and over, as many as there are pairs of them, each <paramref name="every"/> times in a
    /// row, so that a first operand that changes every time and a second that changes once a round meet in every pair.
    /// </summary>
    private static Storage Operand(Trial t, float[]? edges, int every)
    {
        if (edges is null) return t.Input(331, scale: 3);
        float[] values = new float[edges.Length * edges.Length];
        for (int i = 0; i < values.Length; i++) values[i] = edges[i / every % edges.Length];
        return t.Given(values);
    }

    private static TOp Make<TOp>() where TOp : struct => (TOp)Make(typeof(TOp));

    /// <summary>A structure whose constants, if it has any, are ½, 1, 1½ … in the order of its constructor.</summary>
    private static object Make(Type type)
    {
        ConstructorInfo? constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length);
        if (constructor is null) return Activator.CreateInstance(type)!;
        return constructor.Invoke([.. constructor.GetParameters().Select((p, i) => Constant(p.ParameterType, (i + 1) / 2.0))]);
    }

    private static object Constant(Type type, double value) =>
        type == typeof(float) ? (float)value
        : type == typeof(double) ? value
        : type == typeof(bool) ? true
        : type.IsValueType && !type.IsPrimitive ? Make(type)
        : throw new NotSupportedException($"An operation for Map has a constant of type {type.Name}: say here which value to test it with.");
}
