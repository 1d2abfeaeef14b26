using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Shared;

/// <summary>Options that more than one command has, and how they are checked.</summary>
public static class CommonOptions
{
    public static Option<DirectoryInfo> Model() =>
        new("--model") { Description = "The model's folder: config.json, and model.safetensors or its shards.", Required = true };

    public static Option<FileInfo?> Json() => new("--json") { Description = "Also write the figures to this file." };

    public static Option<int> Count(string name, string description, int value, int atLeast = 1)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result => Require(result, option, result.GetValue(option) >= atLeast, $"at least {atLeast} is needed"));
        return option;
    }

    public static Option<double> Number(string name, string description, double value, Func<double, bool> isRight, string right)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => value, CustomParser = static result => Parse(result) ?? 0 };
        option.Validators.Add(result => Require(result, option, isRight(result.GetValue(option)), right));
        return option;
    }

    /// <summary>A number with a decimal point, whatever the culture; a comma, which elsewhere parts thousands, is refused.</summary>
    public static double? Parse(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        result.AddError($"{(result.Parent as OptionResult)?.Option.Name} is {text}; a number with a decimal point, such as 0.5, is needed.");
        return null;
    }

    /// <summary>Does the work of a command where a Ctrl+C can be heard meanwhile.</summary>
    public static void Run(this Command command, Action<ParseResult, CancellationToken> action) =>
        command.SetAction((parsed, cancellation) => Task.Run(() => action(parsed, cancellation), CancellationToken.None));

    private static void Require<T>(OptionResult result, Option<T> option, bool isRight, string right)
    {
        if (!isRight)
        {
            result.AddError($"{option.Name} is {string.Join(' ', result.Tokens)}; {right}.");
        }
    }
}
