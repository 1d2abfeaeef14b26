using System.Text.Json;
using CompressDsl.Tool.Pages.Reports;

namespace CompressDsl.Tool.Pages;

/// <summary>The reports that can be shown, and how they are found in files.</summary>
internal static class ReportKinds
{
    /// <summary>All, in the order of a page.</summary>
    internal static IReadOnlyList<IReportKind> All { get; } =
    [
        new PrunePages(), new SensitivityPages(), new ComparisonPages(), new MeasurePages(), new CompactPages(), new KernelPages(), new DistillPages(), new ShrinkPages(),
        new LatencyPages(), new InitializePages(),
    ];

    /// <summary>The reports of a file.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    /// <exception cref="FormatException">It is no JSON, or something in it is no report.</exception>
    internal static IReadOnlyList<FoundReport> Read(string file)
    {
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"There is no file '{file}'; {Accepted}", file);
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            return [.. Find(file, document.RootElement.Clone())];
        }
        catch (JsonException malformed)
        {
            throw new FormatException($"{file} is not valid JSON: {malformed.Message} {Accepted}", malformed);
        }
    }

    private static string Accepted => "Accepted is what ToJson() of a report wrote, one, an array, or an object of them: "
        + string.Join("; ", All.Select(static kind => $"{kind.Name} ({string.Join(", ", kind.Keys)})")) + ".";

    private static IEnumerable<FoundReport> Find(string file, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() > 0)
        {
            return json.EnumerateArray().SelectMany(item => Find(file, item));
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Unknown(file, $"holds {SafeTensorsException.Quote(json.GetRawText())}, which is no report.");
        }

        if (All.FirstOrDefault(kind => kind.Keys.All(key => json.TryGetProperty(key, out _))) is { } found)
        {
            return [new(found, new(file, found.Name, json))];
        }

        JsonProperty[] members = [.. json.EnumerateObject()];
        return members.Length > 0 && Array.TrueForAll(members, static member => member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            ? members.SelectMany(member => Find(file, member.Value))
            : throw Unknown(file, $"holds an object with {(members is [] ? "no keys" : $"the keys {string.Join(", ", members.Take(8).Select(static member => member.Name))}")}, which is no report.");
    }

    private static FormatException Unknown(string file, string what) => new($"{file} {what} {Accepted}");
}

/// <summary>A report of a file.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Json">What it says.</param>
internal sealed record FoundReport(IReportKind Kind, ReportJson Json);
