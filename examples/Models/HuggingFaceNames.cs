using CompressDsl;

namespace Models;

/// <summary>What the folders of one kind of model name differently.</summary>
internal static class HuggingFaceNames
{
    /// <summary>Names that begin with <paramref name="prefix"/> here and, where the folder has no such name at all, do not there.</summary>
    internal static Func<string, StoredAs> WithOptional(string prefix, HuggingFaceFolder folder)
    {
        var isBare = !folder.Tensors.Keys.Any(name => name.StartsWith(prefix, StringComparison.Ordinal));
        return name => new(isBare && name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name);
    }
}
