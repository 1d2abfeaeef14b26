namespace CompressDsl.Tool.Pages;

/// <summary>A figure of a report.</summary>
/// <param name="Raw">As the JSON has it, with every digit.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct ReportNumber(string Raw, double Value)
{
    /// <summary>As a share of one.</summary>
    internal PageCell Percent => Cell(Display.Percent(Value));

    /// <summary>With four digits.</summary>
    internal PageCell Figure => Cell(Display.Value(Value));

    /// <summary>As a number of things.</summary>
    internal PageCell Count => Cell(Display.Count((long)Value));

    /// <summary>As a size.</summary>
    internal PageCell Bytes => Cell(Display.Bytes((long)Value));

    /// <summary>As a time that is in milliseconds.</summary>
    internal PageCell Milliseconds => Cell(Display.Milliseconds(Value));

    /// <summary>As a time that is in seconds.</summary>
    internal PageCell Seconds => Cell(Display.Milliseconds(Value * 1000));

    /// <summary>As a ratio.</summary>
    internal PageCell Ratio => Cell(Display.Ratio(Value));

    private PageCell Cell(Display.Figure text) => new(text.Text, Raw);
}
