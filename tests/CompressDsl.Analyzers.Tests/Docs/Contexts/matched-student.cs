var (student, teacher) = (new Student(), new Teacher());
(Tensor Tokens, Tensor Mask, Tensor Labels)[] batches = [(randint(0, 1000, [8, 32]), ones(8, 32), randint(0, 10, [8]))];

partial class Student
{
    private readonly Embedding words = Embedding(1000, 64);
    private readonly Linear head = Linear(64, 10);

    public Student()
        : base(nameof(Student))
    {
        layers = new(Enumerable.Range(0, 6).Select(_ => new Block()).ToArray());
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens, Tensor attention_mask)
    {
        var x = words.call(tokens);
        foreach (var layer in layers)
        {
            x = layer.call(x, attention_mask);
        }

        return head.call(x.mean([1]));
    }
}

public sealed class Teacher : Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding words = Embedding(1000, 64);
    internal readonly ModuleList<Block> layers = new(Enumerable.Range(0, 12).Select(_ => new Block()).ToArray());
    private readonly Linear head = Linear(64, 10);

    public Teacher() : base(nameof(Teacher)) => RegisterComponents();

    public override Tensor forward(Tensor tokens, Tensor attention_mask)
    {
        var x = words.call(tokens);
        foreach (var layer in layers)
        {
            x = layer.call(x, attention_mask);
        }

        return head.call(x.mean([1]));
    }
}

public sealed class Block : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear query = Linear(64, 64), key = Linear(64, 64), value = Linear(64, 64), output = Linear(64, 64);
    private readonly int heads = 8;

    public Block() : base(nameof(Block)) => RegisterComponents();

    public override Tensor forward(Tensor x, Tensor attention_mask)
    {
        var mask = attention_mask.ne(0).unsqueeze(1).unsqueeze(1);
        var mixed = functional.scaled_dot_product_attention(Split(query.call(x)), Split(key.call(x)), Split(value.call(x)), mask);
        return x + output.call(mixed.transpose(1, 2).flatten(2));
    }

    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2);
}
