using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>Tells where no gradient is recorded.</summary>
internal static class GradientScope
{
    /// <summary>Whether an operation stands in the scope of a <c>no_grad()</c>, <c>inference_mode()</c> or <c>set_grad_enabled</c> of its method.</summary>
    public static bool IsOff(IOperation operation)
    {
        for (var (inner, outer) = (operation, operation.Parent); outer is not null; (inner, outer) = (outer, outer.Parent))
        {
            if (outer is IUsingOperation scope ? Switches(scope.Resources) : StatementsOf(outer).TakeWhile(step => !ReferenceEquals(step, inner)).Any(IsSwitch))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<IOperation> StatementsOf(IOperation operation) => operation switch
    {
        IBlockOperation block => block.Operations,
        ISwitchCaseOperation branch => branch.Body,
        _ => [],
    };

    // Without a using it stays off until somebody switches it on again.
    private static bool IsSwitch(IOperation statement) => statement is IUsingDeclarationOperation or IExpressionStatementOperation or IVariableDeclarationGroupOperation && Switches(statement);

    private static bool Switches(IOperation operation) => operation.DescendantsAndSelf().OfType<IInvocationOperation>().Any(static call =>
        call.TargetMethod is { Name: "no_grad" or "inference_mode" or "set_grad_enabled", ContainingType: var type } && type.HasMetadataName(KnownNames.Torch));
}
