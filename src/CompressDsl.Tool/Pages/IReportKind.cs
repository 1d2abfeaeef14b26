namespace CompressDsl.Tool.Pages;

/// <summary>How one of the library's reports is shown.</summary>
internal interface IReportKind
{
    /// <summary>The report's type.</summary>
    string Name { get; }

    /// <summary>Keys that its JSON always has, and no other report's.</summary>
    IReadOnlyList<string> Keys { get; }

    /// <summary>What a page shows of all reports of this kind.</summary>
    IEnumerable<PageSection> Sections(IReadOnlyList<ReportJson> reports);
}
