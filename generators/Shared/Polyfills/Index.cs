using Microsoft.CodeAnalysis;

namespace System;

/// <summary>A place counted from the start or from the end, for list patterns, where the framework is too old to have it.</summary>
[Embedded]
internal readonly struct Index(int value, bool fromEnd = false)
{
    public int Value { get; } = value;

    public bool IsFromEnd { get; } = fromEnd;

    public static implicit operator Index(int value) => new(value);

    public int GetOffset(int length) => IsFromEnd ? length - Value : Value;
}
