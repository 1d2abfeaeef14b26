using var llama = new Llama();
var batchesOfLlama = Calibration.Of([randint(0, 1000, [4, 32])], llama.call);

public sealed partial class Llama : Module<Tensor, Tensor>
{
    private readonly Embedding embed_tokens = Embedding(1000, 64);
    [PruneChannels(0.5)]
    private readonly Linear up_proj = Linear(64, 256);
    private readonly Linear down_proj = Linear(256, 64);
    private readonly Linear lm_head = Linear(64, 1000);

    public Llama() : base(nameof(Llama)) => RegisterComponents();

    public override Tensor forward(Tensor tokens) => lm_head.call(down_proj.call(functional.silu(up_proj.call(embed_tokens.call(tokens)))));
}
