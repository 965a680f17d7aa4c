using System.Text.RegularExpressions;

namespace Longhand.Tests;

/// <summary>
/// Holds the arrows that ARCHITECTURE.md draws: the table there is read, and every file in src may use only the folders its row names.
/// A folder is a namespace, so a use is a <c>using Longhand.X</c> or a name that begins with it.
/// </summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Every_folder_uses_only_what_the_architecture_draws()
    {
        IReadOnlyDictionary<string, string[]> allowed = Arrows();
        var broken = new List<string>();
        foreach (string file in Sources())
        {
            string folder = FolderOf(file);
            if (!allowed.TryGetValue(folder, out string[]? uses))
            {
                broken.Add($"{Relative(file)}: the folder {folder} has no row in ARCHITECTURE.md");
                continue;
            }
            foreach (string used in Uses(File.ReadAllText(file)).Where(used => used != folder && !uses.Contains(used)).Distinct())
                broken.Add($"{Relative(file)}: {folder} must not use {used}");
        }
        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }

    [Fact]
    public void Every_row_of_the_architecture_is_a_folder_and_points_at_rows_above_it()
    {
        var above = new List<string>();
        foreach ((string folder, string[] uses) in Arrows())
        {
            Assert.Contains(Sources(), file => FolderOf(file) == folder);
            Assert.Empty(uses.Except(above));
            above.Add(folder);
        }
    }

    [Fact]
    public void Every_file_is_in_the_namespace_of_its_folder()
    {
        foreach (string file in Sources())
        {
            string? space = NamespaceLine().Match(File.ReadAllText(file)).Groups[1].Value;
            if (space.Length == 0) continue;                                     // the command line's Program
            Assert.True(space == FolderOf(file) || space.StartsWith(FolderOf(file) + ".", StringComparison.Ordinal), $"{Relative(file)} is in {space}");
        }
    }

    [Fact]
    public void The_library_has_no_package_and_no_native_code()
    {
        Assert.DoesNotContain("PackageReference", File.ReadAllText(Path.Combine(Root, "src", "Longhand", "Longhand.csproj")), StringComparison.Ordinal);
        Assert.DoesNotContain(Sources(), file => Relative(file).StartsWith("src/Longhand/", StringComparison.Ordinal)
            && (File.ReadAllText(file).Contains("[DllImport", StringComparison.Ordinal) || File.ReadAllText(file).Contains("[LibraryImport", StringComparison.Ordinal)));
    }

    // The rows "| `Nn` | Numerics, Backends, Tensors | … |" between the marks in ARCHITECTURE.md, in their order.
    private static IReadOnlyDictionary<string, string[]> Arrows()
    {
        string text = File.ReadAllText(Path.Combine(Root, "ARCHITECTURE.md"));
        string table = text[text.IndexOf("<!-- arrows -->", StringComparison.Ordinal)..text.IndexOf("<!-- end of arrows -->", StringComparison.Ordinal)];
        var arrows = new Dictionary<string, string[]>();
        foreach (Match row in Row().Matches(table))
        {
            string[] uses = row.Groups[2].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            arrows.Add(Full(row.Groups[1].Value), uses is ["nothing"] ? [] : Array.ConvertAll(uses, Full));
        }
        return arrows;
    }

    private static string Full(string folder) => folder.StartsWith("Longhand", StringComparison.Ordinal) ? folder : "Longhand." + folder;

    private static IEnumerable<string> Uses(string source)
    {
        foreach (Match use in Name().Matches(Comment().Replace(source, ""))) yield return Owner(use.Value);
    }

    // Longhand.Backends.Cpu belongs to the folder Backends; Longhand.Cli is a project of its own.
    private static string Owner(string name) => string.Join('.', name.Split('.').Take(2));

    private static string FolderOf(string file)
    {
        string[] parts = Relative(file).Split('/');                              // src/Longhand/Nn/Linear.cs, src/Longhand.Cli/Program.cs
        return parts[1] == "Longhand" ? "Longhand." + parts[2] : parts[1];
    }

    private static IEnumerable<string> Sources() => Directory
        .EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !Relative(file).Split('/').Any(part => part is "bin" or "obj"));

    private static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Longhand.slnx"))) return folder.FullName;
        }
        throw new InvalidOperationException("The tests must run inside the repository.");
    }

    [GeneratedRegex(@"^\| `([\w.]+)` \| ([\w., ]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\bLonghand\.[A-Z]\w*(\.[A-Z]\w*)*")]
    private static partial Regex Name();

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
