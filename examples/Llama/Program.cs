using LlamaProgram.Bench;
using Models;
using Shared;

return await ModelProgram.Run<Llama>(
    args, "Looks at, measures and prunes language models of the Llama family.", static _ => new NextToken(), writes: true, BenchCommand.Create(), KernelsCommand.Create());
