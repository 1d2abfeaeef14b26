using Microsoft.CodeAnalysis;

namespace CompressDsl.Models;

/// <summary>The channel flow of a class: its forward, and the methods and child modules that it calls, over shapes instead of tensors.</summary>
/// <param name="Entry">The forward of the class; the first of the methods.</param>
/// <param name="Methods">Every method that is reached, in the order in which they are.</param>
/// <param name="Accessors">Members that the generated code could not name otherwise.</param>
/// <param name="Dispatched">Classes that a member of a more general type may hold, with the method that is their forward.</param>
/// <param name="Holders">The classes whose forward is followed, with what they hold that a shrink changes.</param>
/// <param name="IsBroken">Whether there is text that does not compile, as there is while it is written.</param>
internal sealed record FlowModel(
    FlowMethod Entry,
    EquatableArray<FlowMethod> Methods,
    EquatableArray<FlowAccessor> Accessors,
    EquatableArray<FlowDispatch> Dispatched,
    EquatableArray<HolderModel> Holders,
    bool IsBroken)
{
    /// <summary>The same without places, to be kept.</summary>
    public FlowModel WithoutPlaces()
        => this with { Entry = Entry.WithoutPlaces(), Methods = Methods.Select(static method => method.WithoutPlaces()).ToEquatableArray() };
}

/// <summary>One method over shapes.</summary>
/// <param name="Name">Its name; with the type of the owner it is unique.</param>
/// <param name="Owner">The class whose instance it reads, fully qualified; null for a static method.</param>
/// <param name="Described">Where it comes from, for its documentation: <c>Attention.forward</c>.</param>
/// <param name="Result">What it gives.</param>
/// <param name="Parameters">What it takes.</param>
/// <param name="Body">Its statements.</param>
/// <param name="FlowName">What the flow is called in it: a name that the user does not use there.</param>
/// <param name="ModelName">What the instance is called in it.</param>
internal sealed record FlowMethod(
    string Name,
    string? Owner,
    string Described,
    FlowType Result,
    EquatableArray<FlowParameter> Parameters,
    EquatableArray<FlowNode> Body,
    string FlowName,
    string ModelName)
{
    /// <summary>The same without places, to be kept.</summary>
    public FlowMethod WithoutPlaces() => this with { Body = Body.Select(static statement => statement.WithoutPlaces()).ToEquatableArray() };
}

/// <summary>A parameter of a flow method.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it becomes.</param>
/// <param name="IsNullable">Whether callers may leave it out.</param>
/// <param name="Modifier"><c>out </c> or <c>ref </c>, where callers get it back; else empty.</param>
internal sealed record FlowParameter(string Name, FlowType Type, bool IsNullable, string Modifier = "");

/// <summary>A private field of another class, reached without reflection.</summary>
/// <param name="Name">The name of the accessor method.</param>
/// <param name="Field">The name of the field in metadata.</param>
/// <param name="Owner">The class that declares it, fully qualified.</param>
/// <param name="Type">Its type, fully qualified.</param>
internal sealed record FlowAccessor(string Name, string Field, string Owner, string Type);

/// <summary>A class that a member of a more general type may hold.</summary>
/// <param name="Type">The class, fully qualified.</param>
/// <param name="Method">The name of the method that is its forward.</param>
internal sealed record FlowDispatch(string Type, string Method);

/// <summary>What a value of the user's forward becomes.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Items">The items of a tuple.</param>
/// <param name="Source">For <see cref="FlowKind.Value"/> the type itself, fully qualified.</param>
internal sealed record FlowType(FlowKind Kind, EquatableArray<FlowType> Items, string Source)
{
    public static FlowType Shape { get; } = new(FlowKind.Shape, [], "");

    /// <summary>The type as generated code writes it; empty for nothing.</summary>
    public string Spelled => Kind switch
    {
        FlowKind.Shape => ShapeName,
        FlowKind.Size => SizeName,
        FlowKind.Sizes => SizeName + "[]",
        FlowKind.Shapes => Source.Length == 0 ? ShapeName + "[]" : $"global::System.Collections.Generic.{Source}<{ShapeName}>",
        FlowKind.Tuple => "(" + string.Join(", ", Items.Select(static item => item.Kind == FlowKind.Nothing ? "object?" : item.Spelled)) + ")",
        FlowKind.Nothing => "",
        _ => Source,
    };

    private const string ShapeName = "global::CompressDsl.Flow.Shape";
    private const string SizeName = "global::CompressDsl.Flow.Size";
}

/// <summary>The kinds of values.</summary>
internal enum FlowKind
{
    /// <summary>A tensor: its shape.</summary>
    Shape,

    /// <summary>Several tensors.</summary>
    Shapes,

    /// <summary>An integer: a size.</summary>
    Size,

    /// <summary>Several integers.</summary>
    Sizes,

    /// <summary>A tuple of such.</summary>
    Tuple,

    /// <summary>Anything else, as it is: modules, flags.</summary>
    Value,

    /// <summary>What has no shape and steers nothing: scopes, devices, scalars.</summary>
    Nothing,
}

/// <summary>An expression or statement of a flow method.</summary>
/// <param name="Op">What it is.</param>
/// <param name="Text">A name or literal; what it means depends on <paramref name="Op"/>.</param>
/// <param name="Items">The parts.</param>
/// <param name="Place">Where it comes from; no part of what it is equal to.</param>
/// <param name="Type">The type of a variable, of what a local function gives, or of the instance of a method; null elsewhere.</param>
internal sealed record FlowNode(FlowOp Op, string Text, EquatableArray<FlowNode> Items, FlowPlace Place, FlowType? Type = null)
{
    /// <summary>The same without places, to be kept.</summary>
    public FlowNode WithoutPlaces() => this with { Items = Items.Select(static item => item.WithoutPlaces()).ToEquatableArray(), Place = default };
}

/// <summary>A place in the source that says nothing about equality: a flow that moved down a line is the same flow.</summary>
/// <param name="location">The place.</param>
internal readonly struct FlowPlace(Location? location) : IEquatable<FlowPlace>
{
    /// <summary>The place.</summary>
    public Location? Location { get; } = location;

    public bool Equals(FlowPlace other) => true;

    public override bool Equals(object? obj) => obj is FlowPlace;

    public override int GetHashCode() => 0;
}

/// <summary>The expressions and statements of a flow method.</summary>
internal enum FlowOp
{
    /// <summary>A variable: Text.</summary>
    Local,

    /// <summary>The instance.</summary>
    Model,

    /// <summary>The member Text of Items[0].</summary>
    Member,

    /// <summary>The accessor Text on Items[0].</summary>
    Accessor,

    /// <summary>The literal Text.</summary>
    Literal,

    /// <summary>A size that is the literal Text.</summary>
    Number,

    /// <summary>The integer member Items[0], which a shrink can set, as a size that is called Text; Items[1] is its value, where the code says it.</summary>
    Count,

    /// <summary>The integer member Items[0], which nothing can set, as a size that is called Text; Items[1] is its value, where the code says it.</summary>
    Fixed,

    /// <summary>The parameter or buffer Text of Items[0], with the value Items[1].</summary>
    HeldTensor,

    /// <summary>The value Items[0] as a size.</summary>
    SizeOfValue,

    /// <summary>The size Items[0] as a number.</summary>
    ValueOfSize,

    /// <summary>No tensor, or no value.</summary>
    Null,

    /// <summary>The operation Text of the solver on Items.</summary>
    Call,

    /// <summary>The call of one of TorchSharp's layers, of the class Text: Items[0] on Items[1]; what follows says what it is created with.</summary>
    Layer,

    /// <summary>The flow method Text of the class that Type spells; Items[0] is the instance or <see cref="Null"/>, then the arguments.</summary>
    Invoke,

    /// <summary>The local function Text on Items.</summary>
    InvokeLocal,

    /// <summary>Whatever module Items[0] is, called with Items[1].</summary>
    Dispatch,

    /// <summary>The static method Text on Items.</summary>
    Static,

    /// <summary>The module Items[0], unless it is null, as the variable Text in Items[1].</summary>
    IfNotNull,

    /// <summary>The operator Text between Items[0] and Items[1].</summary>
    Binary,

    /// <summary>The operator Text before Items[0].</summary>
    Unary,

    /// <summary>Whether Items[0] is null.</summary>
    IsNull,

    /// <summary>The type test Text of Items[0].</summary>
    Is,

    /// <summary>Items[0] ? Items[1] : Items[2].</summary>
    Conditional,

    /// <summary>Items[0] ?? Items[1].</summary>
    Coalesce,

    /// <summary>An array of shapes; an empty one for Items[0] of them where Text is <c>new</c>.</summary>
    Shapes,

    /// <summary>An array of sizes.</summary>
    Sizes,

    /// <summary>A list of shapes, of the type Text.</summary>
    List,

    /// <summary>Items[0] as the type Text.</summary>
    Cast,

    /// <summary>A tuple.</summary>
    Tuple,

    /// <summary>The item Text of the tuple Items[0].</summary>
    Item,

    /// <summary>Items[0][Items[1]], from the end where Text is <c>^</c>.</summary>
    Index,

    /// <summary>The method Text of the list Items[0] on the rest.</summary>
    ListCall,

    /// <summary>One item of a tensor index: Text says what, Items with what.</summary>
    Indexer,

    /// <summary>The variable Text, with the value Items[0] where there is one.</summary>
    Declare,

    /// <summary>Items[0] = Items[1].</summary>
    Assign,

    /// <summary>Several variables at once: Text is <c>var</c> where they are new; the names are Items but the last, which is the value.</summary>
    Deconstruct,

    /// <summary>The expression Items[0] by itself.</summary>
    Do,

    /// <summary>if (Items[0]) Items[1] else Items[2].</summary>
    If,

    /// <summary>What only a call knows: Items[0], or else Items[1]; the variables that either assigns are Items from 2 on.</summary>
    Either,

    /// <summary>foreach (var Text in Items[0]) Items[1].</summary>
    ForEach,

    /// <summary>for (Items[0]; Items[1]; Items[2]) Items[3], Items[0] a declaration and Items[2] an assignment.</summary>
    For,

    /// <summary>while (Items[0]) Items[1].</summary>
    While,

    /// <summary>Statements in braces.</summary>
    Block,

    /// <summary>return Items[0].</summary>
    Return,

    /// <summary>A local function Text, which gives Type: its parameters as Declare, then its body.</summary>
    LocalFunction,

    /// <summary>The variable Items[0] as an argument that comes back: Text is <c>out var</c>, <c>out</c> or <c>ref</c>.</summary>
    Reference,

    /// <summary>A lambda: its parameters as Declare, then what it gives.</summary>
    Lambda,

    /// <summary>break or continue.</summary>
    Jump,
}
