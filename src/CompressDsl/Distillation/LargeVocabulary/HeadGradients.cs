using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The gradients of a head, added up block by block; only those that somebody wants.</summary>
internal sealed class HeadGradients
{
    private readonly HeadRows _head;
    private readonly Tensor? _hidden;
    private Tensor? _weight;
    private Tensor? _bias;

    /// <summary>Starts at zero. The tensors belong to the dispose scope around.</summary>
    public HeadGradients(HeadRows head)
    {
        _head = head;
        // Sums over blocks are kept in float32 at least: in half precision the small ones of late blocks would round away.
        _hidden = head.Hidden.requires_grad ? zeros_like(head.Hidden) : null;
        _weight = head.Weight.requires_grad ? zeros_like(head.Weight, head.LossType) : null;
        _bias = head.Bias is { requires_grad: true } ? zeros_like(head.Bias, head.LossType) : null;
    }

    /// <summary>Adds a block.</summary>
    /// <param name="logits">The gradient of its logits, [count, classes].</param>
    /// <param name="start">Its first row.</param>
    public void Add(Tensor logits, long start)
    {
        var count = logits.shape[0];
        if (_hidden is not null)
        {
            _hidden.narrow(0, start, count).copy_(logits.to(_head.Weight.dtype).mm(_head.Weight));
        }

        _weight?.addmm_(logits.t(), _head.Hidden.narrow(0, start, count).to(_weight.dtype));
        _bias?.add_(logits.sum(dim: 0));
    }

    /// <summary>The gradients of hidden, weight and bias, of the types of those; null where none is wanted.</summary>
    public List<Tensor?> Finish()
    {
        (_weight, _bias) = (Narrowed(_weight), Narrowed(_bias));
        return [_hidden, _weight, _bias];

        Tensor? Narrowed(Tensor? sum)
        {
            if (sum is null || sum.dtype == _head.Weight.dtype)
            {
                return sum;
            }

            using (sum)
            {
                return sum.to(_head.Weight.dtype);
            }
        }
    }
}
