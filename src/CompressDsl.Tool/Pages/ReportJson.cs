using System.Globalization;
using System.Text.Json;

namespace CompressDsl.Tool.Pages;

/// <summary>An object of a report's JSON, read member by member; what is not right is named, with what would be.</summary>
/// <param name="File">The file.</param>
/// <param name="Where">The place in it, such as <c>PruneReport.weights[3]</c>.</param>
/// <param name="Json">The object.</param>
internal sealed record ReportJson(string File, string Where, JsonElement Json)
{
    /// <summary>Whether it has a member that is not null.</summary>
    internal bool Has(string name) => Find(name) is not null;

    /// <summary>A text.</summary>
    internal string Text(string name) => TextOrNull(name) ?? throw Wrong(name, "a text");

    /// <summary>A text; null where there is none.</summary>
    internal string? TextOrNull(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } json => json.GetString(),
        _ => throw Wrong(name, "a text"),
    };

    /// <summary>A number; NaN and the infinities are text in a report.</summary>
    internal ReportNumber Number(string name) => NumberOrNull(name) ?? throw Wrong(name, "a number");

    /// <summary>A number; null where there is none.</summary>
    internal ReportNumber? NumberOrNull(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } json => new(json.GetRawText(), json.GetDouble()),
        { ValueKind: JsonValueKind.String } json when json.GetString() is "NaN" or "Infinity" or "-Infinity" =>
            new(json.GetString()!, double.Parse(json.GetString()!, CultureInfo.InvariantCulture)),
        _ => throw Wrong(name, "a number"),
    };

    /// <summary>Whether something is so; false where nothing is said.</summary>
    internal bool Flag(string name) => Find(name)?.ValueKind == JsonValueKind.True;

    /// <summary>An object below.</summary>
    internal ReportJson Object(string name) => ObjectOrNull(name) ?? throw Wrong(name, "an object");

    /// <summary>An object below; null where there is none.</summary>
    internal ReportJson? ObjectOrNull(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } json => new(File, $"{Where}.{name}", json),
        _ => throw Wrong(name, "an object"),
    };

    /// <summary>The objects of an array below.</summary>
    internal IReadOnlyList<ReportJson> Objects(string name) => Find(name) is { ValueKind: JsonValueKind.Array } array
        ? [.. array.EnumerateArray().Select((item, index) => item.ValueKind == JsonValueKind.Object
            ? new ReportJson(File, $"{Where}.{name}[{index}]", item)
            : throw Wrong(name, "an array of objects"))]
        : throw Wrong(name, "an array of objects");

    /// <summary>The numbers of an object below, by name; none where it is not there.</summary>
    internal IReadOnlyList<(string Name, ReportNumber Value)> Numbers(string name) => ObjectOrNull(name) is { } numbers
        ? [.. numbers.Json.EnumerateObject().Select(member => (member.Name, numbers.Number(member.Name)))]
        : [];

    /// <summary>The whole numbers of an array below, as in a shape.</summary>
    internal string Sizes(string name) => Find(name) is { ValueKind: JsonValueKind.Array } array
        ? string.Join(" x ", array.EnumerateArray().Select(static size => size.GetRawText()))
        : throw Wrong(name, "an array of numbers");

    private JsonElement? Find(string name) => Json.TryGetProperty(name, out var json) && json.ValueKind != JsonValueKind.Null ? json : null;

    private FormatException Wrong(string name, string right) => new(
        $"{File}: {Where}.{name} is {(Find(name) is { } json ? SafeTensorsException.Quote(json.GetRawText()) : "missing")}; {right} is right.");
}
