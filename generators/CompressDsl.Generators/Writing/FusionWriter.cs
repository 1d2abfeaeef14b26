using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>
/// Writes the methods that the compiler calls in place of an activation and of the sparse layer that it stands around (interceptors). The layer's may return a
/// result that the activation is in already, and the activation's gives such a result back as it is.
/// </summary>
internal static class FusionWriter
{
    private const string Tensor = "global::TorchSharp.torch.Tensor";
    private const string Functional = "global::TorchSharp.torch.nn.functional";
    private const string Fusion = "global::CompressDsl.ActivationFusion";

    public static string Write(FusionModel model)
    {
        var code = new CodeWriter();
        code.Header();

        using (code.Open($"namespace {Interceptors.Namespace}"))
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
        Interceptors.WriteAttribute(code);

        return code.ToString();
    }

    private static void WriteMethod(CodeWriter code, ReplacedCallKind kind, string method, IEnumerable<ReplacedCallModel> calls)
    {
        foreach (var call in calls)
        {
            code.Line(Interceptors.Attribute(call.Version, call.Data, call.Position));
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
}
