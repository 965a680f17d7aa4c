namespace Longhand.Cli.Display;

/// <summary>Columns of text for people: the first to the left, numbers to the right, under their names. A column with nothing in it is
/// left out.</summary>
internal static class Table
{
    public static void Write(TextWriter data, string[] names, IEnumerable<string[]> rows)
    {
        List<string[]> given = [.. rows];
        int[] shown = [.. Enumerable.Range(0, names.Length).Where(column => given.Any(row => row[column].Length > 0))];
        List<string[]> all = [.. given.Prepend(names).Select(row => shown.Select(column => row[column]).ToArray())];
        int[] widths = [.. shown.Select((_, column) => all.Max(row => row[column].Length))];
        foreach (string[] row in all)
        {
            string cells = string.Concat(row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : $"  {cell.PadLeft(widths[column])}"));
            data.WriteLine(Show.Harmless($"  {cells}".TrimEnd()));
        }
    }
}
