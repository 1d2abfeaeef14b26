namespace CompressDsl.Tool.CommandLine;

/// <summary>What the program says to the shell.</summary>
internal static class ExitCode
{
    /// <summary>It was done; of a comparison: both are the same.</summary>
    internal const int Done = 0;

    /// <summary>Of a comparison: they are different.</summary>
    internal const int Different = 1;

    /// <summary>Something was wrong with what was given.</summary>
    internal const int Error = 2;

    /// <summary>Somebody pressed Ctrl+C.</summary>
    internal const int Cancelled = 130;

    /// <summary>What the help of a command says of them.</summary>
    internal const string Help = "Exit codes: 0 done, 2 error, 130 cancelled.";

    /// <summary>What the help of a comparison says of them.</summary>
    internal const string ComparisonHelp = "Exit codes: 0 the same, 1 different, 2 error, 130 cancelled.";
}
