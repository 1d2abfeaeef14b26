using System.Collections.Immutable;
using CompressDsl.Flow;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>
/// Reads from forward which channels structure attributes speak of, and what is wrong with them: CDSL3001, 3002, 3004 and 3005 as errors, CDSL2005, 3003, 3006 and
/// 3007 beside code that is generated.
/// </summary>
internal sealed class ChannelReader
{
    private readonly List<Problem> problems = [];
    private readonly IReadOnlyList<CoupledAxis> axes;
    private readonly Solver solver;
    private readonly CancellationToken token;

    private ChannelReader(Solver solver, CancellationToken token)
    {
        (this.solver, this.token) = (solver, token);
        axes = solver.Finish();
    }

    /// <summary>Completes some structure attributes of a class with the groups that they speak of.</summary>
    /// <param name="annotations">The attributes.</param>
    /// <param name="flow">The forward of the class.</param>
    /// <param name="token">Cancels the reading.</param>
    /// <returns>The attributes, and their problems, each once.</returns>
    public static (ImmutableArray<StructureAnnotation> Annotations, ImmutableArray<Problem> Problems) Read(
        ImmutableArray<StructureAnnotation> annotations, FlowModel flow, CancellationToken token)
    {
        // What is still being written is not judged.
        if (flow.IsBroken || FlowRun.Run(flow, token) is not { } solver)
        {
            return (annotations, []);
        }

        var reader = new ChannelReader(solver, token);
        var read = annotations.Select(reader.Read).ToImmutableArray();

        return (read, reader.problems.GroupBy(static problem => (problem.Id, problem.Location)).Select(static same => same.First()).ToImmutableArray());
    }

    /// <summary>Whether a problem is only a warning, beside which there is generated code.</summary>
    public static bool IsWarning(Problem problem) => problem.Id is "CDSL2005" or "CDSL3003" or "CDSL3006" or "CDSL3007";

    private StructureAnnotation Read(StructureAnnotation annotation)
    {
        var (model, member) = (annotation.Model, annotation.Symbol.Name);
        var found = (model.Kind switch
        {
            StructureKind.Heads => UnitSearch.Heads(axes, model.Roles?.Query, model.Roles?.Output),
            StructureKind.Hidden => UnitSearch.Hidden(axes),
            _ when annotation.Symbol is INamedTypeSymbol => UnitSearch.OfClass(axes),
            _ => UnitSearch.OfLayer(axes, member),
        }).ToArray();

        if (model.Kind == StructureKind.Heads)
        {
            LookAtHeads(annotation, found);
        }

        foreach (var candidate in found)
        {
            foreach (var pin in candidate.Coupled.Axis.Pins)
            {
                Report(pin, NameOf(candidate), annotation);
            }
        }

        // Of all channels of a class, and where nothing is found that could go, whatever hides what a layer puts out is in the way; not of what leaves the class anyway.
        foreach (var axis in found.Length > 0 && (annotation.Symbol is not INamedTypeSymbol || model.Kind != StructureKind.Channels) ? [] : axes.Where(static axis => !axis.Axis.IsReturned))
        {
            if (axis.Slots.FirstOrDefault(static slot => slot.Role is SlotRole.Output or SlotRole.Table) is { } writer)
            {
                foreach (var pin in axis.Axis.Pins.Where(static pin => pin.Kind == PinKind.Unknown))
                {
                    Report(pin, $"{writer.Owner}", annotation);
                }
            }
        }

        var completed = model with { Groups = found.Select(candidate => CoupledGroups.Read(candidate, model.Kind)).ToEquatableArray() };

        if (solver.Doubts == 0 && HardwareWidths.FindLost(completed) is var (name, count, kept))
        {
            problems.Add(new Problem("CDSL2005", annotation.Attribute.GetLocation(token), name, count, kept));
        }

        return annotation with { Model = completed };
    }

    private void LookAtHeads(StructureAnnotation annotation, UnitCandidate[] found)
    {
        problems.AddRange(solver.NativeAttentions.Select(attention => new Problem("CDSL3006", annotation.Attribute.GetLocation(token), attention.Owner)));

        foreach (var misfit in solver.Misfits)
        {
            // A width that the heads do not divide.
            if (misfit.Sizes.SelectMany(static size => size.Powers).Select(static power => power.Key).FirstOrDefault(symbol => symbol is { Layout: null, Value: > 0 } && misfit.Elements.Number % symbol.Value != 0) is { } heads)
            {
                problems.Add(new Problem("CDSL3001", annotation.Attribute.GetLocation(token), $"{misfit.Elements.Number} channels do not divide into {heads.Value} heads ('{heads.Name}')"));
            }
            else if (misfit.Sizes.FirstOrDefault(size => size.Number > 1 && misfit.Elements.Number % size.Number != 0) is { } literal)
            {
                problems.Add(new Problem("CDSL3001", annotation.Attribute.GetLocation(token), $"{misfit.Elements.Number} channels do not divide into {literal.Number} heads"));
            }
        }

        foreach (var candidate in found)
        {
            var heads = candidate.Unit.Aggregate(Size.One, static (product, axis) => product * axis.Size).Number;
            var groups = heads / candidate.Coupled.Axis.Size.Number ?? 1;

            if (heads is not { } count || annotation.Model.Keep is not { } keep)
            {
                continue;
            }

            if (keep > count)
            {
                problems.Add(new Problem("CDSL3001", Locate(annotation, "Keep"), $"{keep} heads are to be kept, and there are {count}"));
            }
            else if (keep % groups != 0)
            {
                problems.Add(new Problem("CDSL3002", Locate(annotation, "Keep"), keep, groups, count));
            }
        }
    }

    private void Report(Pin pin, string name, StructureAnnotation annotation)
    {
        var attribute = annotation.Attribute.GetLocation(token);
        var place = pin.Where as Location ?? attribute;

        switch (pin.Kind)
        {
            case PinKind.Unknown:
            case PinKind.Mixed when solver.Doubts == 0:
                problems.Add(new Problem("CDSL3003", place, name, pin.Reason));
                break;
            case PinKind.FixedSize when solver is { Doubts: 0, IsFolded: false }:
                problems.Add(new Problem("CDSL3005", place, pin.Reason, RuleReader.ShortName(annotation.Attribute)));
                break;
            case PinKind.Disagree when !solver.IsFolded && solver.Doubts == solver.Disagreements.Count:
                problems.Add(new Problem("CDSL3004", attribute, pin.Reason));
                break;
            case PinKind.Returned or PinKind.Outside when annotation.Model.Kind == StructureKind.Channels && annotation.Symbol is not INamedTypeSymbol:
                problems.Add(new Problem("CDSL3007", attribute, name, pin.Kind == PinKind.Returned ? "returns" : "is given"));
                break;
        }
    }

    private Location? Locate(StructureAnnotation annotation, string argument) => annotation.Attribute.LocateNamed(argument, token);

    private static string NameOf(UnitCandidate candidate)
        => $"{candidate.Writer.Owner}";
}

/// <summary>A structure attribute with where it stands.</summary>
/// <param name="Symbol">The class or member that carries it.</param>
/// <param name="Attribute">The attribute.</param>
/// <param name="Model">What it asks for.</param>
internal sealed record StructureAnnotation(ISymbol Symbol, AttributeData Attribute, StructureModel Model);
