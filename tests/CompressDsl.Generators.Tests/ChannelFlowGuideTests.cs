using System.Collections.Immutable;
using System.Reflection;
using System.Text.RegularExpressions;

namespace CompressDsl.Generators.Tests;

/// <summary>docs/guides/channel-flow.md names every operation that the reader knows by name.</summary>
public sealed class ChannelFlowGuideTests
{
    // Kinds of upsampling and of moves between dispose scopes, which the guide names as a whole.
    private static readonly Regex Families = new("^(upsample_|Det|MoveTo|new_empty|frombuffer|scalar_tensor|tril_indices|triu_indices|adaptive_|avg_pool|max_pool|lp_pool)");

    [Fact]
    public void Every_operation_that_is_known_by_name_is_in_the_guide()
    {
        var reader = typeof(CompressDslGenerator).Assembly.GetType("CompressDsl.Reading.MethodReader", throwOnError: true)!;
        var known = reader.GetFields(BindingFlags.Static | BindingFlags.NonPublic)
            .Where(static field => field.FieldType == typeof(ImmutableHashSet<string>))
            .SelectMany(static field => (ImmutableHashSet<string>)field.GetValue(null)!)
            .Where(static name => !Families.IsMatch(name))
            .ToArray();
        var named = Regex.Matches(File.ReadAllText(FindGuide()), @"\w+").Select(static match => match.Value).ToHashSet();

        Assert.True(known.Length > 100, "the tables of the reader are not where they were");
        Assert.Equal([], known.Where(name => !named.Contains(name)).Order(StringComparer.Ordinal));
    }

    private static string FindGuide()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "docs", "guides", "channel-flow.md") is var path && File.Exists(path))
            {
                return path;
            }
        }

        throw new DirectoryNotFoundException($"No repository around '{AppContext.BaseDirectory}'.");
    }
}
