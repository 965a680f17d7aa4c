namespace Longhand.Tests;

/// <summary>For tests of what the whole process shares, such as counts of collections or the helper threads: each runs while no other does.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;
