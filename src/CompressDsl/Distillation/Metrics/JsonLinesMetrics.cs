using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CompressDsl;

/// <summary>
/// A file with one JSON object a line: <c>{"step":10,"loss/Hard":1.5,..}</c>, the names those of <see cref="MetricsRow.Values"/>; NaN and the infinities are strings.
/// </summary>
/// <param name="path">The file; its folder is made.</param>
public sealed class JsonLinesMetrics(string path) : IMetricsSink
{
    private const string StepName = "step";

    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly MetricsLines _lines = new(path);

    /// <inheritdoc/>
    public void Begin(int step) => _lines.Open(line => StepOf(line) <= step);

    /// <inheritdoc/>
    public void Write(MetricsRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var values = row.Values.Select(static value => KeyValuePair.Create(value.Key, (object)value.Value));
        _lines.Append(JsonSerializer.Serialize(new OrderedDictionary<string, object>(values.Prepend(new(StepName, row.Step))), Json));
    }

    /// <inheritdoc/>
    public void Flush() => _lines.Flush();

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private static int? StepOf(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.TryGetProperty(StepName, out var step) ? step.GetInt32() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
