namespace CompressDsl.Integration.Tests.Package;

/// <summary>The packed templates, installed where nobody else's are.</summary>
public sealed class TemplateHive
{
    private readonly LocalFeed _feed;

    public TemplateHive(LocalFeed feed)
    {
        _feed = feed;
        New("install", feed.PathOf("CompressDsl.Templates"));
    }

    /// <summary>`dotnet new`.</summary>
    public string New(params string[] arguments) => _feed.Dotnet("", ["new", .. arguments, "--debug:custom-hive", Path.Combine(_feed.Folder, "hive")]);
}
