using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CompressDsl;

/// <summary>What a call did, cost or won: an object of plain values that prints as a table and serialises to JSON.</summary>
public abstract record Report
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>
    /// The report as indented JSON with camel-case names. A figure that was not taken is left out; <c>NaN</c> and the infinities are strings.
    /// </summary>
    public string ToJson() => JsonSerializer.Serialize(this, GetType(), Json);

    /// <summary>The report as plain text in aligned columns, the same in every culture.</summary>
    public sealed override string ToString() => ToText();

    /// <summary>Writes the report as plain text, for <see cref="ToString"/>.</summary>
    protected abstract string ToText();
}
