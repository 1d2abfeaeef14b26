using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompressDsl.Writing;

/// <summary>What every file with interceptors needs.</summary>
internal static class Interceptors
{
    public const string Namespace = "CompressDsl.Interceptors";

    /// <summary>
    /// Whether a project lets methods of ours stand in for others: it lists their namespace, as the build files of the package do, and its language has types
    /// that are local to a file.
    /// </summary>
    public static bool CanBeCompiled(ParseOptions options)
        => options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp11 }
            && options.Features.TryGetValue("InterceptorsNamespaces", out var namespaces)
            && namespaces.Split(';').Contains(Namespace);

    /// <summary>The attribute that says which call a method stands in for.</summary>
    public static string Attribute(int version, string data, string position)
        => $"[global::System.Runtime.CompilerServices.InterceptsLocation({version}, \"{data}\")] // ({position})";

    /// <summary>The attribute by which the compiler knows such methods: everybody who writes some declares it.</summary>
    public static void WriteAttribute(CodeWriter code)
    {
        using (code.Open("namespace System.Runtime.CompilerServices"))
        {
            code.Line("/// <summary>Names the call that a method stands in for.</summary>");
            code.Line("[global::System.AttributeUsage(global::System.AttributeTargets.Method, AllowMultiple = true)]");

            using (code.Open("file sealed class InterceptsLocationAttribute : global::System.Attribute"))
            {
                code.Line("/// <summary>The place of the call, as the compiler encodes it.</summary>");

                using (code.Open("public InterceptsLocationAttribute(int version, string data)"))
                {
                }
            }
        }
    }
}
