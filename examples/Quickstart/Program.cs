using Quickstart;

var root = QuickstartCommand.Create();
root.Subcommands.Add(TrainTeacherCommand.Create());
root.Subcommands.Add(ExportCommand.Create());

try
{
    return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Cancelled.");
    return 130;
}
catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
{
    // What the user gave: a path, a text, a file of weights. The message names it and what would be right.
    Console.Error.WriteLine(error.Message);
    return 1;
}
