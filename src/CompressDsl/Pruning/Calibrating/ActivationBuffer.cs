using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>One activation for every calibration batch: in memory, or in a folder.</summary>
internal sealed class ActivationBuffer : IDisposable
{
    private readonly Tensor?[] held;
    private readonly (long[] Shape, ScalarType Type, Device Device)[] kinds;
    private readonly string? folder;

    /// <summary>An empty buffer.</summary>
    /// <param name="count">How many batches there are.</param>
    /// <param name="spillFolder">Where to make a folder for the activations; null keeps them in memory.</param>
    public ActivationBuffer(int count, string? spillFolder)
    {
        held = new Tensor?[count];
        kinds = new (long[], ScalarType, Device)[count];
        if (spillFolder is not null)
        {
            folder = Path.Combine(spillFolder, $"activations-{Guid.NewGuid():N}");
            Directory.CreateDirectory(folder);
        }
    }

    /// <summary>The activation of a batch, a new tensor in the current dispose scope.</summary>
    public Tensor Read(int batch)
    {
        if (folder is null)
        {
            return held[batch]!.clone();
        }

        var (shape, type, device) = kinds[batch];
        using var scope = NewDisposeScope();
        var tensor = empty(shape, dtype: type, device: CPU);
        using var file = File.OpenRead(FileOf(batch));
        tensor.ReadBytesFromStream(file);
        return tensor.to(device).MoveToOuterDisposeScope();
    }

    /// <summary>Replaces the activation of a batch; the tensor is copied.</summary>
    public void Write(int batch, Tensor activation)
    {
        using var scope = NewDisposeScope();
        if (folder is null)
        {
            held[batch]?.Dispose();
            held[batch] = activation.detach().clone().DetachFromDisposeScope();
            return;
        }

        kinds[batch] = (activation.shape, activation.dtype, activation.device);
        using var file = File.Create(FileOf(batch));
        activation.detach().cpu().contiguous().WriteBytesToStream(file);
    }

    /// <summary>Releases the activations and deletes their files.</summary>
    public void Dispose()
    {
        foreach (var tensor in held)
        {
            tensor?.Dispose();
        }

        if (folder is not null && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string FileOf(int batch) => Path.Combine(folder!, $"{batch}.bin");
}
