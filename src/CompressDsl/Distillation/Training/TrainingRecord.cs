using System.Text.Json;
using System.Text.Json.Serialization;

namespace CompressDsl;

/// <summary>All of a training's state that is no tensor.</summary>
/// <param name="Format">The version of this record.</param>
/// <param name="Step">How many steps are done.</param>
/// <param name="Options">What the training must have in common with the one that goes on.</param>
/// <param name="Position">How far the batches are read.</param>
/// <param name="CudaSeed">What the GPUs' generators are seeded from.</param>
/// <param name="StartRandom">torch's generator before the first batch.</param>
/// <param name="PassRandom">torch's generator when the pass through the batches began.</param>
/// <param name="Random">torch's generator now.</param>
/// <param name="Meter">The losses.</param>
/// <param name="Evaluation">The evaluations.</param>
/// <param name="ResumedFrom">The steps from which it was gone on with.</param>
internal sealed record TrainingRecord(
    int Format,
    int Step,
    IReadOnlyDictionary<string, string> Options,
    BatchPosition Position,
    long CudaSeed,
    byte[] StartRandom,
    byte[] PassRandom,
    byte[] Random,
    MeterState Meter,
    EvaluationState Evaluation,
    IReadOnlyList<int> ResumedFrom)
{
    /// <summary>The version that is written.</summary>
    internal const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Writes it as JSON; doubles come back to the bit.</summary>
    internal void Write(Stream stream) => JsonSerializer.Serialize(stream, this, Json);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidOperationException">It is of another version of this library.</exception>
    internal static TrainingRecord Read(Stream stream)
    {
        var record = JsonSerializer.Deserialize<TrainingRecord>(stream, Json);
        return record is { Format: CurrentFormat }
            ? record
            : throw new InvalidOperationException(
                $"The checkpoint has format {record?.Format}, this version of the library reads {CurrentFormat}: go on with the version that wrote it, or choose another folder.");
    }
}
