using System.CommandLine;
using CompressDsl;
using Shared;

namespace LlamaProgram.Bench;

/// <summary><c>kernels</c>: what this machine was measured to do, which decides between kernels.</summary>
internal static class KernelsCommand
{
    internal static Command Create()
    {
        var clear = new Option<bool>("--clear") { Description = "Forget it, so that every layer is measured again." };
        var json = CommonOptions.Json();
        var command = new Command("kernels", "Shows how fast layers are on this machine, dense and compact, by kernel and number of tokens.") { clear, json };
        command.Run((parsed, _) =>
        {
            if (parsed.GetValue(clear))
            {
                KernelTable.Clear();
            }

            Console.WriteLine(KernelReport.Current);
            JsonFile.Write(parsed.GetValue(json), KernelReport.Current);
        });
        return command;
    }
}
