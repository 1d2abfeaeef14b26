using System.Text.Json.Serialization;

namespace CompressDsl;

/// <summary>Why a sequence that the teacher wrote is not learned from; each is given for the first filter it falls to, in this order.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SequenceFilter>))]
public enum SequenceFilter
{
    /// <summary>It was not ended by a token of <see cref="GenerationOptions.EndOfText"/>.</summary>
    NotEnded,

    /// <summary>Fewer tokens were written than <see cref="SequenceLevelOptions.MinimumLength"/>.</summary>
    TooShort,

    /// <summary>More tokens were written than <see cref="SequenceLevelOptions.MaximumLength"/>.</summary>
    TooLong,

    /// <summary>The mean of ln p is below <see cref="SequenceLevelOptions.MinimumMeanLogProbability"/>.</summary>
    TooUnlikely,

    /// <summary>A run of <see cref="SequenceLevelOptions.RepeatedRun"/> tokens comes twice.</summary>
    Repeats,

    /// <summary>It passed, and another one for the same prompt is likelier.</summary>
    NotTheBest,
}
