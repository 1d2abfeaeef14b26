namespace CompressDsl;

/// <summary>Which of the teacher's T layers belongs to layer i of the student's S layers, both counted from 0.</summary>
public enum LayerMap
{
    /// <summary>i: the first S layers. Needs T at least S.</summary>
    Identity,

    /// <summary>2i + 1: the second of every two, so that the last belongs to the last where T = 2S. Needs T at least 2S.</summary>
    EveryOther,

    /// <summary>T - S + i: the last S layers. Needs T at least S.</summary>
    Last,

    /// <summary>floor((i + 1) * T / S) - 1: the last of S runs of equal length, as far as they can be. Needs T at least S.</summary>
    Uniform,
}
