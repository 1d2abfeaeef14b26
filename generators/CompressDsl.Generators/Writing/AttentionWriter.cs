using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>
/// Writes the methods that the compiler calls in place of those that make attention maps (interceptors): the same results, and whoever watches the attention
/// gets its map.
/// </summary>
internal static class AttentionWriter
{
    private const string Tensor = "global::TorchSharp.torch.Tensor";
    private const string Type = "global::TorchSharp.torch.ScalarType? dtype = null";
    private const string Maps = "global::CompressDsl.ObservedAttention";

    public static string Write(IEnumerable<AttentionCallModel> calls)
    {
        var code = new CodeWriter();
        code.Header();

        using (code.Open($"namespace {Interceptors.Namespace}"))
        {
            code.Line("/// <summary>Attention maps in the source of this project that students match: the same results, and the maps can be seen.</summary>");

            using (code.Open("file static class Attention"))
            {
                var isFirst = true;

                foreach (var same in calls.GroupBy(static call => call.Kind).OrderBy(static group => group.Key))
                {
                    if (!isFirst)
                    {
                        code.Line();
                    }

                    isFirst = false;

                    foreach (var call in same)
                    {
                        code.Line(Interceptors.Attribute(call.Version, call.Data, call.Position));
                    }

                    WriteMethod(code, same.Key);
                }
            }
        }

        code.Line();
        Interceptors.WriteAttribute(code);

        return code.ToString();
    }

    private static void WriteMethod(CodeWriter code, AttentionCallKind kind)
    {
        var (signature, value) = kind switch
        {
            AttentionCallKind.Method => ($"Softmax(this {Tensor} scores, long dim, {Type})", $"{Maps}.Observe(scores.softmax(dim, dtype))"),
            AttentionCallKind.Function => ($"Softmax_functional({Tensor} input, long dim, {Type})", $"{Maps}.Observe(global::TorchSharp.torch.nn.functional.softmax(input, dim, dtype))"),
            AttentionCallKind.TorchFunction => ($"Softmax_torch({Tensor} input, int dim, {Type})", $"{Maps}.Observe(global::TorchSharp.torch.softmax(input, dim, dtype))"),
            AttentionCallKind.SpecialFunction => ($"Softmax_special({Tensor} input, long dim, {Type})", $"{Maps}.Observe(global::TorchSharp.torch.special.softmax(input, dim, dtype))"),
            AttentionCallKind.Layer => ($"Softmax_layer(this global::TorchSharp.torch.nn.Module<{Tensor}, {Tensor}> layer, {Tensor} input)", $"{Maps}.Observe(layer.call(input))"),
            _ => ($"Attend({Tensor} query, {Tensor} key, {Tensor} value, {Tensor}? attn_mask = null, double p = 0, bool is_casual = false)", $"{Maps}.Attend(query, key, value, attn_mask, p, is_casual)"),
        };
        code.Line($"public static {Tensor} {signature}");
        code.Line($"    => {value};");
    }
}
