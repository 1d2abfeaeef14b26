using Quickstart;
using Shared;

var root = QuickstartCommand.Create();
root.Subcommands.Add(TrainTeacherCommand.Create());
root.Subcommands.Add(ExportCommand.Create());
return await ConsoleProgram.Run(root, args);
