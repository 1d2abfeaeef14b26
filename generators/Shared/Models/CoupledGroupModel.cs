namespace CompressDsl.Models;

/// <summary>Channels or heads of several layers that go together, or not at all.</summary>
/// <param name="Name">The layer that writes them first, by the path that leads to it: <c>layers[*].up</c>.</param>
/// <param name="Count">How many there are; null where only the program knows.</param>
/// <param name="Obstacle">Why they stay; null where they can go.</param>
/// <param name="Slices">Where they lie.</param>
internal sealed record CoupledGroupModel(string Name, long? Count, string? Obstacle, EquatableArray<CoupledSliceModel> Slices);

/// <summary>A dimension of a parameter along which units of a group lie.</summary>
/// <param name="Owner">The layer or module that holds it, by the path that leads to it.</param>
/// <param name="Tensor">Its name there.</param>
/// <param name="Dim">The dimension, from 0.</param>
/// <param name="Role">What they are to the layer.</param>
internal sealed record CoupledSliceModel(string Owner, string Tensor, int Dim, CoupledRole Role);

/// <summary>What channels are to a layer.</summary>
internal enum CoupledRole
{
    /// <summary>What it puts out.</summary>
    Outputs,

    /// <summary>What it reads.</summary>
    Inputs,

    /// <summary>What it normalises.</summary>
    Channels,

    /// <summary>What the entries of a table are made of.</summary>
    Width,

    /// <summary>A dimension of a parameter that a class of the user holds.</summary>
    Parameter,
}
