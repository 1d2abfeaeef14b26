const long endOfText = 0;
IReadOnlyList<long>[] documents = [[1, 2, 3]];
GenerationBatch[] prompts = [GenerationBatch.Of([([1, 2, 3], 2)])];
var (pretrained, writer, teacher) = (new PretrainedStudent(), new WritingStudent(), new Teacher());
var tokenizer = TokenizerIdentity.OfVocabulary(["a", "b", "c"]);
using var cache = TeacherCache.Open("answers", TeacherFingerprint.Of(teacher, tokenizer), TeacherCacheOptions.TopK(64));

Tensor Answer(Tensor tokens)
{
    using var _ = no_grad();
    return teacher.call(tokens);
}

public sealed class Teacher : Module<Tensor, Tensor>
{
    private readonly Embedding table = Embedding(1000, 1000);

    public Teacher() : base(nameof(Teacher)) => RegisterComponents();

    public override Tensor forward(Tensor tokens) => table.call(tokens);
}

[DistillFrom(typeof(Teacher), T = 2, Mode = DistillMode.Pretraining, Task = DistillTask.CausalLanguageModel)]
public sealed partial class PretrainedStudent : Module<Tensor, Tensor>
{
    private readonly Embedding table = Embedding(1000, 1000);

    public PretrainedStudent() : base(nameof(PretrainedStudent)) => RegisterComponents();

    public override Tensor forward(Tensor tokens) => table.call(tokens);
}

[DistillFrom(typeof(Teacher), T = 2, Mode = DistillMode.OnPolicy, Divergence = Divergence.ReverseKl, Task = DistillTask.CausalLanguageModel)]
public sealed partial class WritingStudent : Module<Tensor, Tensor>
{
    private readonly Embedding table = Embedding(1000, 1000);

    public WritingStudent() : base(nameof(WritingStudent)) => RegisterComponents();

    public override Tensor forward(Tensor tokens) => table.call(tokens);
}
