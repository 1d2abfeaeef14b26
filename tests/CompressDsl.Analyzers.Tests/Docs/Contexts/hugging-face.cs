Tensor[] batches = [randint(0, 1000, [4, 32])];

public sealed partial class Llama : Module<Tensor, Tensor>
{
    private readonly Embedding embed_tokens;
    [PruneChannels(0.25)]
    private readonly SparseLinear up_proj;
    private readonly SparseLinear down_proj;
    private readonly Linear lm_head;

    public Llama(HuggingFaceConfig config)
        : base(nameof(Llama))
    {
        var (vocabulary, hidden, inner) = (config.Integer("vocab_size"), config.Integer("hidden_size"), config.Integer("intermediate_size"));
        embed_tokens = Embedding(vocabulary, hidden);
        up_proj = new SparseLinear(hidden, inner);
        down_proj = new SparseLinear(inner, hidden);
        lm_head = Linear(hidden, vocabulary);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens) => lm_head.call(down_proj.call(functional.silu(up_proj.call(embed_tokens.call(tokens)))));
}
