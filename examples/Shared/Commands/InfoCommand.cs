using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CompressDsl;
using Models;
using Spectre.Console;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Shared;

/// <summary><c>info</c>: what a folder holds.</summary>
internal static partial class InfoCommand
{
    internal static Command Create<TModel>()
        where TModel : Module<Tensor, Tensor>, IHuggingFaceModel<TModel>
    {
        var (model, json) = (CommonOptions.Model(), CommonOptions.Json());
        var command = new Command("info", "Shows the shape of a model, its parameters and its zeros.") { model, json };
        command.Run((parsed, cancellation) =>
        {
            JsonFile.RequireFolder(parsed.GetValue(json));
            using var folder = HuggingFaceFolder.Open(parsed.GetValue(model)!.FullName);
            var info = Look(folder, TModel.Shape(folder.Config), cancellation);
            Show(info);
            JsonFile.Write(parsed.GetValue(json), info);
        });
        return command;
    }

    private static ModelInfo Look(HuggingFaceFolder folder, object shape, CancellationToken cancellation)
    {
        var kinds = new List<KindInfo>();
        foreach (var kind in folder.Tensors.Values.GroupBy(static tensor =>
            (Name: Index().Replace(tensor.Name, ".*."), Shape: string.Join(" x ", tensor.Shape), tensor.Dtype)))
        {
            var (numbers, zeros) = (0L, 0L);
            foreach (var tensor in kind)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var values = folder.Read(tensor.Name);
                numbers += values.numel();
                zeros += values.numel() - values.count_nonzero().item<long>();
            }

            kinds.Add(new(kind.Key.Name, kind.First().Shape, kind.Key.Dtype, kind.Count(), numbers, (double)zeros / Math.Max(1, numbers)));
        }

        var matrices = kinds.Where(static kind => kind.Name.Contains('*') && kind.Shape.Count == 2).ToArray();
        return new(
            folder.Path,
            shape,
            kinds.Sum(static kind => kind.Parameters),
            string.Join(", ", kinds.Select(static kind => kind.Dtype).Distinct()),
            folder.Tensors.Values.Sum(static tensor => tensor.Bytes),
            matrices.Sum(static kind => kind.Sparsity * kind.Parameters) / Math.Max(1, matrices.Sum(static kind => kind.Parameters)),
            [.. kinds.OrderBy(static kind => kind.Name, StringComparer.Ordinal)]);
    }

    private static void Show(ModelInfo info)
    {
        var values = JsonSerializer.SerializeToElement(info.Shape).EnumerateObject().Where(static value => value.Value.ValueKind != JsonValueKind.Null);
        AnsiConsole.WriteLine(string.Join(", ", values.Select(static value => $"{value.Name} {value.Value}")));
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(info.Model));
        table.AddColumn("tensor", static column => column.NoWrap());
        string[] numbers = ["shape", "dtype", "tensors", "parameters", "zeros"];
        table.AddColumns([.. numbers.Select(static name => new TableColumn(name).RightAligned())]);
        foreach (var kind in info.Kinds)
        {
            table.AddRow(
                Markup.Escape(kind.Name),
                string.Join(" x ", kind.Shape),
                kind.Dtype,
                Number(kind.Count, "N0"),
                Number(kind.Parameters, "N0"),
                Number(kind.Sparsity, "0.00%"));
        }

        table.AddRow("all", "", info.Dtype, "", Number(info.Parameters, "N0"), "");
        table.AddRow("the matrices of all layers", "", "", "", "", Number(info.Sparsity, "0.00%"));
        AnsiConsole.Write(table);
    }

    private static string Number(IFormattable value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\.\d+\.")]
    private static partial Regex Index();

    /// <param name="Model">The folder.</param>
    /// <param name="Shape">What its config says.</param>
    /// <param name="Parameters">How many numbers all tensors hold.</param>
    /// <param name="Dtype">In which types.</param>
    /// <param name="Bytes">Of the tensors.</param>
    /// <param name="Sparsity">The fraction of zeros in the matrices of all layers.</param>
    /// <param name="Kinds">Tensors of the same name but for their layer's number, and of the same shape and type.</param>
    private sealed record ModelInfo(
        string Model, object Shape, long Parameters, string Dtype, long Bytes, double Sparsity, IReadOnlyList<KindInfo> Kinds);

    private sealed record KindInfo(string Name, IReadOnlyList<long> Shape, string Dtype, int Count, long Parameters, double Sparsity);
}
