using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompressDsl.Writing;

/// <summary>
/// Writes the methods that the compiler calls in place of an activation and of the sparse layer that it stands around (interceptors). The layer's may return a
/// result that the activation is in already, and the activation's gives such a result back as it is.
/// </summary>
internal static class FusionWriter
{
    private const string Namespace = "CompressDsl.Interceptors";
    private const string Tensor = "global::TorchSharp.torch.Tensor";
    private const string Functional = "global::TorchSharp.torch.nn.functional";
    private const string Fusion = "global::CompressDsl.ActivationFusion";

    /// <summary>
    /// Whether a project lets methods of ours stand in for others: it lists their namespace, as the build files of the package do, and its language has types
    /// that are local to a file.
    /// </summary>
    public static bool CanBeCompiled(ParseOptions options)
        => options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp11 }
            && options.Features.TryGetValue("InterceptorsNamespaces", out var namespaces)
            && namespaces.Split(';').Contains(Namespace);

    public static string Write(FusionModel model)
    {
        var code = new CodeWriter();
        code.Header();

        using (code.Open($"namespace {Namespace}"))
        {
            code.Line($"/// <summary>Activations in <c>{CodeWriter.Xml(model.Type.Declaration.NameWithTypeParameters)}</c> that a compact layer applies before it writes its results.</summary>");

            using (code.Open("file static class Fusion"))
            {
                var isFirst = true;

                foreach (var calls in model.Calls.GroupBy(static call => (call.Kind, call.Method)))
                {
                    if (!isFirst)
                    {
                        code.Line();
                    }

                    isFirst = false;
                    WriteMethod(code, calls.Key.Kind, calls.Key.Method, calls);
                }
            }
        }

        code.Line();
        WriteAttribute(code);

        return code.ToString();
    }

    private static void WriteMethod(CodeWriter code, ReplacedCallKind kind, string method, IEnumerable<ReplacedCallModel> calls)
    {
        foreach (var call in calls)
        {
            code.Line($"[global::System.Runtime.CompilerServices.InterceptsLocation({call.Version}, \"{call.Data}\")] // ({call.Position})");
        }

        code.Line(kind switch
        {
            ReplacedCallKind.Layer => $"public static {Tensor} call_{method}(this global::TorchSharp.torch.nn.Module<{Tensor}, {Tensor}> layer, {Tensor} input)",
            ReplacedCallKind.Method => $"public static {Tensor} Tensor_{method}(this {Tensor} x)",
            ReplacedCallKind.Function => $"public static {Tensor} functional_{method}({Tensor} x)",
            _ => $"public static {Tensor} functional_{method}({Tensor} x, bool inplace)",
        });
        code.Line(kind switch
        {
            ReplacedCallKind.Layer => $"    => {Fusion}.Call((global::CompressDsl.SparseLinear)layer, input, global::CompressDsl.FusedActivation.{char.ToUpperInvariant(method[0])}{method.Substring(1)});",
            ReplacedCallKind.Method => $"    => {Fusion}.IsActivated(x) ? x : x.{method}();",
            ReplacedCallKind.Function => $"    => {Fusion}.IsActivated(x) ? x : {Functional}.{method}(x);",
            _ => $"    => {Fusion}.IsActivated(x) ? x : {Functional}.{method}(x, inplace);",
        });
    }

    /// <summary>The attribute by which the compiler knows such methods: everybody who writes some declares it.</summary>
    private static void WriteAttribute(CodeWriter code)
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
