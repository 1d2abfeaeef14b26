namespace CompressDsl.Flow;

/// <summary>
/// A number of elements: a rational coefficient times powers of <see cref="SizeSymbol"/>s. Products and quotients stay what they are; other sums than those
/// of like terms become a symbol of their own.
/// </summary>
public sealed class Size : IEquatable<Size>
{
    private static readonly KeyValuePair<SizeSymbol, int>[] None = [];

    // The symbols in the order in which they came, none with the power 0.
    private readonly KeyValuePair<SizeSymbol, int>[] powers;
    private readonly long numerator;
    private readonly long denominator;

    private Size(long numerator, long denominator, KeyValuePair<SizeSymbol, int>[] powers)
    {
        var divisor = Gcd(Math.Abs(numerator), denominator);
        (this.numerator, this.denominator) = (numerator / divisor, denominator / divisor);
        this.powers = numerator == 0 ? None : powers;
    }

    /// <summary>The number 1.</summary>
    public static Size One { get; } = 1;

    /// <summary>Whether it is a plain number, without symbols.</summary>
    public bool IsNumber => powers.Length == 0;

    /// <summary>The value, or null where a symbol has none.</summary>
    public long? Number
    {
        get
        {
            long above = numerator, below = denominator;

            foreach (var power in powers)
            {
                if (power.Key.Evaluate() is not { } value)
                {
                    return null;
                }

                for (var i = 0; i < Math.Abs(power.Value); i++)
                {
                    (above, below) = power.Value > 0 ? (above * value, below) : (above, below * value);
                }
            }

            return below == 0 || above % below != 0 ? null : above / below;
        }
    }

    /// <summary>The symbols and their powers, none of which is 0.</summary>
    public IReadOnlyList<KeyValuePair<SizeSymbol, int>> Powers => powers;

    /// <summary>The symbol that this is, with the power 1 and nothing else; or null.</summary>
    public SizeSymbol? Symbol => powers.Length == 1 && powers[0].Value == 1 && HasUnitCoefficient ? powers[0].Key : null;

    /// <summary>Whether it is the number -1, which a view takes for whatever is left.</summary>
    internal bool IsRest => IsNumber && numerator == -1 && denominator == 1;

    internal bool HasUnitCoefficient => numerator == 1 && denominator == 1;

    /// <summary>A number.</summary>
    public static implicit operator Size(int number) => new(number, 1, None);

    /// <summary>A number.</summary>
    public static implicit operator Size(long number) => new(number, 1, None);

    /// <summary>A symbol.</summary>
    public static implicit operator Size(SizeSymbol symbol) => new(1, 1, [new(symbol, 1)]);

    /// <summary>The size times -1.</summary>
    public static Size operator -(Size a) => a * -1;

    /// <summary>The product.</summary>
    public static Size operator *(Size a, Size b) => Combine(a, b, 1);

    /// <summary>The quotient, which is taken to be whole unless both values are known: then it is rounded down, as for integers.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public static Size operator /(Size a, Size b)
    {
        if (b.numerator == 0)
        {
            throw new DivideByZeroException($"{a} is divided by 0.");
        }

        return a.Number is not { } dividend || b.Number is not { } divisor || divisor == 0 || dividend % divisor == 0 ? Combine(a, b, -1)
            : a.IsNumber && b.IsNumber ? dividend / divisor
            : Opaque(a, "/", b, dividend / divisor);
    }

    /// <summary>The sum.</summary>
    public static Size operator +(Size a, Size b) => Add(a, b, 1) ?? Opaque(a, "+", b, a.Number + b.Number);

    /// <summary>The difference.</summary>
    public static Size operator -(Size a, Size b) => Add(a, b, -1) ?? Opaque(a, "-", b, a.Number - b.Number);

    /// <summary>The remainder.</summary>
    public static Size operator %(Size a, Size b)
    {
        var remainder = b.Number is 0 ? null : a.Number % b.Number;

        return a.IsNumber && b.IsNumber && remainder is { } number ? number : Opaque(a, "%", b, remainder);
    }

    /// <summary>The same monomial.</summary>
    public static bool operator ==(Size? a, Size? b) => a is null ? b is null : a.Equals(b);

    /// <summary>Another monomial.</summary>
    public static bool operator !=(Size? a, Size? b) => !(a == b);

    /// <summary>Whether the other one is the same monomial: the same coefficient and the same powers of the same symbols.</summary>
    public bool Equals(Size? other)
        => other is not null && numerator == other.numerator && denominator == other.denominator && powers.Length == other.powers.Length
            && powers.All(power => other.PowerOf(power.Key) == power.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Size);

    /// <inheritdoc/>
    public override int GetHashCode() => powers.Aggregate((numerator * 31 + denominator).GetHashCode(), static (hash, power) => hash ^ power.Key.GetHashCode());

    /// <summary>The monomial as one would write it: <c>heads * 64</c>, <c>width / heads</c>.</summary>
    public override string ToString()
    {
        var above = powers.Where(static power => power.Value > 0).SelectMany(static power => Enumerable.Repeat(power.Key.Name, power.Value)).ToList();

        if (numerator != 1 || above.Count == 0)
        {
            above.Add(numerator.ToString());
        }

        var below = powers.Where(static power => power.Value < 0).SelectMany(static power => Enumerable.Repeat(power.Key.Name, -power.Value)).ToList();

        if (denominator != 1)
        {
            below.Add(denominator.ToString());
        }

        return string.Join(" / ", below.Prepend(string.Join(" * ", above)));
    }

    /// <summary>The quotient where it is a monomial without negative powers and with a whole coefficient, or a whole number; else null.</summary>
    internal static Size? DivideExactly(Size a, Size b)
    {
        if (a.Number is { } dividend && b.Number is { } divisor)
        {
            return divisor != 0 && dividend % divisor == 0 ? Combine(a, b, -1) : null;
        }

        var quotient = b.numerator == 0 ? null : Combine(a, b, -1);

        return quotient is { denominator: 1 } && quotient.powers.All(static power => power.Value > 0) ? quotient : null;
    }

    /// <summary>This with every symbol replaced.</summary>
    internal Size Substitute(Func<SizeSymbol, Size> replace)
    {
        var result = new Size(numerator, denominator, None);

        foreach (var power in powers)
        {
            var factor = replace(power.Key);

            for (var i = 0; i < Math.Abs(power.Value); i++)
            {
                result = Combine(result, factor, Math.Sign(power.Value));
            }
        }

        return result;
    }

    private static Size Opaque(Size a, string sign, Size b, long? value) => new SizeSymbol($"({a} {sign} {b})", value) { IsOpaque = true };

    private static Size Combine(Size a, Size b, int sign)
    {
        var powers = a.powers
            .Select(power => new KeyValuePair<SizeSymbol, int>(power.Key, power.Value + sign * b.PowerOf(power.Key)))
            .Concat(b.powers.Where(power => a.PowerOf(power.Key) == 0).Select(power => new KeyValuePair<SizeSymbol, int>(power.Key, sign * power.Value)))
            .Where(static power => power.Value != 0)
            .ToArray();
        var (above, below) = sign > 0 ? (b.numerator, b.denominator) : (b.denominator, b.numerator);

        // A negative divisor gives its sign to the dividend.
        return below < 0
            ? new(-a.numerator * above, -a.denominator * below, powers)
            : new(a.numerator * above, a.denominator * below, powers);
    }

    // Numbers and like terms; null for anything else.
    private static Size? Add(Size a, Size b, int sign)
        => a.numerator == 0 && sign > 0 ? b
            : b.numerator == 0 ? a
            : a.powers.Length == b.powers.Length && a.powers.All(power => b.PowerOf(power.Key) == power.Value)
                ? new(a.numerator * b.denominator + sign * b.numerator * a.denominator, a.denominator * b.denominator, a.powers)
                : null;

    private static long Gcd(long a, long b) => b == 0 ? Math.Max(a, 1) : Gcd(b, a % b);

    private int PowerOf(SizeSymbol symbol) => powers.FirstOrDefault(power => ReferenceEquals(power.Key, symbol)).Value;
}
