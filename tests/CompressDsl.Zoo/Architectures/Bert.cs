using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo;

/// <summary>
/// BERT (Devlin et al., 2019) with the base sizes as defaults. Without token types and pooler, and with six layers, it has the shape of DistilBERT (Sanh et al., 2019).
/// </summary>
public sealed partial class Bert : Module<Tensor, Tensor>
{
    private readonly BertEmbeddings embeddings;
    private readonly BertEncoder encoder;
    private readonly BertPooler? pooler;
    private readonly BertHead? head;

    public Bert(
        int vocabulary = 30522,
        int hidden = 768,
        int layers = 12,
        int heads = 12,
        int intermediate = 3072,
        int positions = 512,
        int tokenTypes = 2,
        bool hasPooler = true,
        bool hasHead = false)
        : base(nameof(Bert))
    {
        embeddings = new BertEmbeddings(vocabulary, hidden, positions, tokenTypes);
        encoder = new BertEncoder(hidden, layers, heads, intermediate);
        pooler = hasPooler ? new BertPooler(hidden) : null;
        head = hasHead ? new BertHead(hidden, vocabulary) : null;
        RegisterComponents();
    }

    /// <param name="tokens">[batch, position], integers below the size of the vocabulary</param>
    /// <returns>[batch, position, vocabulary] with a head, [batch, hidden] with a pooler, [batch, position, hidden] otherwise.</returns>
    public override Tensor forward(Tensor tokens)
    {
        var hidden = encoder.call(embeddings.call(tokens));
        if (head is not null)
        {
            return head.call(hidden, embeddings.Words);
        }

        return pooler is null ? hidden : pooler.call(hidden);
    }
}

/// <summary>The sum of the embeddings of token, position and segment (always the first), normalised.</summary>
public sealed partial class BertEmbeddings : Module<Tensor, Tensor>
{
    private readonly Embedding word_embeddings;
    private readonly Embedding position_embeddings;
    private readonly Embedding? token_type_embeddings;
    private readonly LayerNorm norm;

    public BertEmbeddings(int vocabulary, int hidden, int positions, int tokenTypes)
        : base(nameof(BertEmbeddings))
    {
        word_embeddings = Embedding(vocabulary, hidden);
        position_embeddings = Embedding(positions, hidden);
        token_type_embeddings = tokenTypes > 0 ? Embedding(tokenTypes, hidden) : null;
        norm = LayerNorm(hidden, 1e-12);
        RegisterComponents();
    }

    public Tensor Words => word_embeddings.weight!;

    public override Tensor forward(Tensor tokens)
    {
        var position = torch.arange(tokens.shape[1], device: tokens.device);
        var x = word_embeddings.call(tokens) + position_embeddings.call(position);
        if (token_type_embeddings is not null)
        {
            x = x + token_type_embeddings.call(torch.zeros_like(tokens));
        }

        return norm.call(x);
    }
}

/// <summary>The layers, one after the other.</summary>
public sealed partial class BertEncoder : Module<Tensor, Tensor>
{
    private readonly ModuleList<BertLayer> layer;

    public BertEncoder(int hidden, int layers, int heads, int intermediate)
        : base(nameof(BertEncoder))
    {
        layer = ModuleList([.. Enumerable.Range(0, layers).Select(_ => new BertLayer(hidden, heads, intermediate))]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        foreach (var block in layer)
        {
            x = block.call(x);
        }

        return x;
    }
}

/// <summary>What the first token, [CLS], has gathered.</summary>
public sealed partial class BertPooler : Module<Tensor, Tensor>
{
    private readonly Linear dense;

    public BertPooler(int hidden)
        : base(nameof(BertPooler))
    {
        dense = Linear(hidden, hidden);
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden) => torch.tanh(dense.call(hidden[.., 0]));
}

/// <summary>The head of the masked language model; its last matrix is the embedding of the tokens.</summary>
public sealed partial class BertHead : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear transform;
    private readonly LayerNorm norm;
    private readonly Parameter bias;

    public BertHead(int hidden, int vocabulary)
        : base(nameof(BertHead))
    {
        transform = Linear(hidden, hidden);
        norm = LayerNorm(hidden, 1e-12);
        bias = Parameter(torch.zeros(vocabulary));
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden, Tensor words)
        => functional.linear(norm.call(functional.gelu(transform.call(hidden))), words, bias);
}
