using System.Text.Json;

namespace CompressDsl;

/// <summary>From JSON tokens to tensors, one method an element of the grammar.</summary>
internal ref struct SafeTensorsHeaderReader(string path, ReadOnlySpan<byte> utf8)
{
    // Beyond this libtorch itself gives up in most operations.
    private const int MaxDimensions = 64;

    private Utf8JsonReader _json = new(utf8);

    internal SafeTensorsHeader Read()
    {
        Dictionary<string, string>? metadata = null;
        var tensors = new Dictionary<string, SafeTensorInfo>(StringComparer.Ordinal);
        _json.Read();
        while (NextProperty("the header") is { } name)
        {
            if (name == SafeTensorsHeader.MetadataKey)
            {
                metadata = metadata is null ? ReadMetadata() : throw Duplicate(SafeTensorsHeader.MetadataKey, "the header");
            }
            else if (!tensors.TryAdd(name, ReadTensor(name)))
            {
                throw Duplicate(name, "the header");
            }
        }

        _json.Read(); // nothing but white space may follow: this throws where there is more

        // Empty tensors may share their place with a neighbour; the end, then the name, keeps the order one and the same.
        SafeTensorInfo[] inOrder = [.. tensors.Values
            .OrderBy(static tensor => tensor.Begin).ThenBy(static tensor => tensor.End).ThenBy(static tensor => tensor.Name, StringComparer.Ordinal)];
        return new(metadata ?? [], inOrder);
    }

    private Dictionary<string, string> ReadMetadata()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (_json.TokenType == JsonTokenType.Null)
        {
            return metadata;
        }

        Expect(JsonTokenType.StartObject, SafeTensorsHeader.MetadataKey, "an object of strings");
        while (NextProperty(SafeTensorsHeader.MetadataKey) is { } key)
        {
            var what = $"{SafeTensorsHeader.MetadataKey}: {SafeTensorsException.Quote(key)}";
            Expect(JsonTokenType.String, what, "a string");
            if (!metadata.TryAdd(key, Text(what)))
            {
                throw Duplicate(key, SafeTensorsHeader.MetadataKey);
            }
        }

        return metadata;
    }

    private SafeTensorInfo ReadTensor(string name)
    {
        var what = $"tensor {SafeTensorsException.Quote(name)}";
        Expect(JsonTokenType.StartObject, what, "an object with dtype, shape and data_offsets");
        string? dtype = null;
        List<long>? shape = null, offsets = null;
        while (NextProperty(what) is { } field)
        {
            switch (field)
            {
                case "dtype":
                    dtype = dtype is null ? ReadDtype(what) : throw Duplicate(field, what);
                    break;
                case "shape":
                    shape = shape is null ? ReadNumbers($"{what}: shape") : throw Duplicate(field, what);
                    break;
                case "data_offsets":
                    offsets = offsets is null ? ReadNumbers($"{what}: data_offsets") : throw Duplicate(field, what);
                    break;
                default:
                    _json.Skip(); // the reference implementation lets unknown fields pass
                    break;
            }
        }

        if (dtype is null || shape is null || offsets is not [var begin, var end])
        {
            throw new SafeTensorsException(path, $"{what} must have dtype, shape and data_offsets of two numbers, begin and end.");
        }

        return new(name, dtype, shape, begin, end);
    }

    private string ReadDtype(string what)
    {
        Expect(JsonTokenType.String, $"{what}: dtype", "a string");
        var name = Text($"{what}: dtype");
        return SafeTensorsDtype.Find(name)?.Name
            ?? throw new SafeTensorsException(
                path, $"{what}: dtype {SafeTensorsException.Quote(name)} is not one of the format's; {SafeTensorsDtype.Supported} can be read.");
    }

    private List<long> ReadNumbers(string what)
    {
        Expect(JsonTokenType.StartArray, what, "an array of whole numbers");
        var numbers = new List<long>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            Expect(JsonTokenType.Number, what, "an array of whole numbers");
            if (!_json.TryGetInt64(out var number) || number < 0)
            {
                throw new SafeTensorsException(path, $"{what} holds {Raw()}; whole numbers from 0 to 2^63 - 1 are right.");
            }

            if (numbers.Count == MaxDimensions)
            {
                throw new SafeTensorsException(
                    path, $"{what} holds more than {MaxDimensions} numbers; libtorch holds tensors of up to {MaxDimensions} dimensions.");
            }

            numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>Moves to the value of the next property and returns its name; null at the end of the object.</summary>
    private string? NextProperty(string what)
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.PropertyName)
        {
            return null;
        }

        var name = Text($"a name in {what}");
        _json.Read();
        return name;
    }

    private string Text(string what)
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException halfSurrogate)
        {
            throw new SafeTensorsException(path, $"{what} is {Raw()}, an escape that is no Unicode text.", halfSurrogate);
        }
    }

    private void Expect(JsonTokenType type, string what, string right)
    {
        if (_json.TokenType != type)
        {
            throw new SafeTensorsException(path, $"{what} is {Raw()}; it must be {right}.");
        }
    }

    private string Raw()
    {
        var raw = System.Text.Encoding.UTF8.GetString(_json.ValueSpan[..Math.Min(_json.ValueSpan.Length, 40)]);
        return _json.ValueSpan.Length > 40 ? raw + "..." : raw;
    }

    private SafeTensorsException Duplicate(string name, string where) =>
        new(path, $"{where} has {SafeTensorsException.Quote(name)} twice; every name may stand once.");
}
