using DistilBert;
using Shared;

var root = HalfLayersCommand.Create();
root.Subcommands.Add(HalfTeacherCommand.Create());
return await ConsoleProgram.Run(root, args);
