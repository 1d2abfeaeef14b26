using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Analyzers;

/// <summary>CDSL5012: a student holds no teacher in a member that TorchSharp would register.</summary>
/// <remarks>
/// A teacher is known by its name: that of the member, or of what the class puts into it. A module of the teacher's class under another name may be the student's own part.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TeacherMustStayOutside() : StudentAnalyzer(Descriptors.CDSL5012)
{
    private protected override IEnumerable<Diagnostic> Judge(StudentSite site)
        => from member in Annotations.Members(site.Type)
           where HeldTeacher.IsRegistered(member) && HeldTeacher.IsNamedSo(member, site.Compilation, site.Token)
           let teacher = site.Teachers.FirstOrDefault(teacher => HeldTeacher.CanHold(MemberReader.TypeOf(member), teacher))
           where teacher is not null
           from location in member.Locations.Where(static location => location.IsInSource).Take(1)
           select Diagnostic.Create(Descriptors.CDSL5012, location, teacher.Name, member.Name, site.Type.Name);
}
