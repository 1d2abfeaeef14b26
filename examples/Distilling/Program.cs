using System.CommandLine;
using Distilling;
using Shared;

return await ConsoleProgram.Run(
    new RootCommand("What a teacher is worth: measured on the SDK's documentation, or on another text.")
    {
        PretrainingCommand.Create(),
        OnPolicyCommand.Create(),
    },
    args);
