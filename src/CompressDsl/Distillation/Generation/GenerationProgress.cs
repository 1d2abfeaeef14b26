namespace CompressDsl;

/// <summary>How far a model is with writing.</summary>
/// <param name="Step">How many tokens the longest row has.</param>
/// <param name="Steps">How many it will have at most.</param>
/// <param name="Rows">How many rows go on.</param>
/// <param name="Elapsed">The time since the start.</param>
public sealed record GenerationProgress(int Step, int Steps, int Rows, TimeSpan Elapsed);
