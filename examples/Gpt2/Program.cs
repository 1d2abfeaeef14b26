using Models;
using Shared;

return await ModelProgram.Run<Gpt2>(args, "Looks at, measures and prunes GPT-2 models.", static _ => new NextToken(), writes: true);
