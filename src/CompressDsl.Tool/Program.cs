using CompressDsl.Tool.CommandLine;
using CompressDsl.Tool.Comparing;
using CompressDsl.Tool.Converting;
using CompressDsl.Tool.Inspecting;
using CompressDsl.Tool.Pages;

return await ToolProgram.Run(args, InspectCommand.Create(), DiffCommand.Create(), ConvertCommand.Create(), ReportCommand.Create());
