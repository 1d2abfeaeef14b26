using Models;
using Shared;

return await ModelProgram.Run<Bert>(
    args, "Looks at, measures and prunes BERT's masked language models.", static codec => new MaskedTokens(codec), writes: false);
