using CompressDsl.Reading;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers;

/// <summary>The widths of hidden states that are matched, where the code says both and they differ.</summary>
internal static class ProjectedWidths
{
    /// <summary>The student's width and the teacher's; null where they agree, where the code does not say them, and for attention.</summary>
    public static (long Student, long Teacher)? Find(StudentSite site, ISymbol member, AttributeData attribute)
    {
        var teacher = attribute.Named<INamedTypeSymbol?>("Teacher", null) ?? site.Teachers.FirstOrDefault();

        if (teacher is null || teacher.IsUnresolved() || !attribute.AttributeClass.HasMetadataName(KnownNames.MatchHiddenAttribute))
        {
            return null;
        }

        var widths = new HiddenWidths(site.Compilation, site.Token);

        return widths.Read(site.Type, member.Name) is { } own
            && widths.Read(teacher, attribute.Positional(0, "")) is { } other
            && own != other
                ? (own, other)
                : null;
    }
}
