using System.Text.Json;

namespace CompressDsl;

/// <summary>A JSON object of a Hugging Face folder, mostly <c>config.json</c>, read key by key; a value that is not right is named with what would be.</summary>
public sealed class HuggingFaceConfig
{
    private readonly string where;

    /// <summary>Wraps an object.</summary>
    /// <param name="where">The file, for messages.</param>
    /// <param name="json">The object.</param>
    /// <exception cref="FormatException">It is no object.</exception>
    public HuggingFaceConfig(string where, JsonElement json)
    {
        (this.where, Json) = (where, json);
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"{where} is {Shorten(json)}; a JSON object is right.");
        }
    }

    /// <summary>The object as it is in the file.</summary>
    public JsonElement Json { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">It is no JSON object.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    public static HuggingFaceConfig Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            return new(path, document.RootElement.Clone());
        }
        catch (JsonException malformed)
        {
            throw new FormatException($"{path} is not valid JSON: {malformed.Message}", malformed);
        }
    }

    /// <summary>Whether the key has a value; <c>null</c> is none.</summary>
    /// <param name="key">The key.</param>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>A whole number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="otherwise">Where the key has no value; null: it must have one.</param>
    /// <param name="atLeast">The smallest right one.</param>
    /// <exception cref="FormatException">The value is not right, or missing.</exception>
    public int Integer(string key, int? otherwise = null, int atLeast = 1)
    {
        var right = $"a whole number of at least {atLeast}";
        return Find(key) switch
        {
            null => otherwise ?? throw Wrong(key, right),
            { ValueKind: JsonValueKind.Number } json when json.TryGetInt32(out var value) && value >= atLeast => value,
            _ => throw Wrong(key, right),
        };
    }

    /// <summary>A positive number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="otherwise">Where the key has no value; null: it must have one.</param>
    /// <exception cref="FormatException">The value is not right, or missing.</exception>
    public double Number(string key, double? otherwise = null)
    {
        const string Right = "a number greater than 0";
        return Find(key) switch
        {
            null => otherwise ?? throw Wrong(key, Right),
            { ValueKind: JsonValueKind.Number } json when json.TryGetDouble(out var value) && value > 0 && double.IsFinite(value) => value,
            _ => throw Wrong(key, Right),
        };
    }

    /// <summary>True or false.</summary>
    /// <param name="key">The key.</param>
    /// <param name="otherwise">Where the key has no value.</param>
    /// <exception cref="FormatException">The value is something else.</exception>
    public bool Flag(string key, bool otherwise = false) => Find(key)?.ValueKind switch
    {
        null => otherwise,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(key, "true or false"),
    };

    /// <summary>Text; null where the key has no value.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="FormatException">The value is something else.</exception>
    public string? Text(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } json => json.GetString(),
        _ => throw Wrong(key, "a text"),
    };

    /// <summary>An object below; null where the key has no value.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="FormatException">The value is something else.</exception>
    public HuggingFaceConfig? Section(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } json => new($"{where}: \"{key}\"", json),
        _ => throw Wrong(key, "an object"),
    };

    /// <summary>Refuses every value but some: one that would need other computations than the program has.</summary>
    /// <param name="key">The key.</param>
    /// <param name="right">The right ones, as JSON writes them; <c>null</c> among them: the key may have no value.</param>
    /// <exception cref="FormatException">The value is another.</exception>
    public void Require(string key, params IReadOnlyList<string> right)
    {
        if (!right.Contains(Find(key)?.GetRawText() ?? "null"))
        {
            throw Wrong(key, string.Join(" or ", right));
        }
    }

    /// <summary>The error for a value that is not right.</summary>
    /// <param name="key">The key.</param>
    /// <param name="right">What would be right.</param>
    public FormatException Wrong(string key, string right) =>
        new($"{where}: \"{key}\" is {(Find(key) is { } json ? Shorten(json) : "missing")}; {right} is right.");

    private static string Shorten(JsonElement json) => json.GetRawText() is { Length: > 100 } text ? text[..100] + "..." : json.GetRawText();

    private JsonElement? Find(string key) => Json.TryGetProperty(key, out var json) && json.ValueKind != JsonValueKind.Null ? json : null;
}
