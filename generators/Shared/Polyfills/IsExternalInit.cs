using Microsoft.CodeAnalysis;

namespace System.Runtime.CompilerServices;

/// <summary>What the compiler marks setters with that are for initialisation alone, where the framework is too old to have it.</summary>
[Embedded]
internal static class IsExternalInit;
