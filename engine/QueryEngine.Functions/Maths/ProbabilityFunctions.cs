using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Maths;

[ScalarFunction("erf", "The error function.")]
[Example("round(erf(1), 12)", "0.84270079295")]
internal readonly struct ErfFunction : IFunction<double, double>
{
    public static double Invoke(double first) => Probability.Erf(first);
}

[ScalarFunction("erfc", "One minus the error function.")]
[Example("round(erfc(1), 12)", "0.15729920705")]
internal readonly struct ErfcFunction : IFunction<double, double>
{
    public static double Invoke(double first) => first < 0.5 ? 1 - Probability.Erf(first) : Probability.UpperGamma(0.5, first * first);
}

[ScalarFunction("gamma", "The gamma function: gamma(n + 1) is the factorial of n.")]
[Example("gamma(5)", "24")]
[Example("gamma(0)", "error 22003")]
internal readonly struct GammaFunction : IFunction<double, double>
{
    public static double Invoke(double first)
    {
        if (double.IsNaN(first) || double.IsPositiveInfinity(first))
            return first;
        if (first <= 0 && first == Math.Floor(first))
            throw MathErrors.OutOfRange($"gamma({first})");
        if (first == Math.Floor(first) && first <= 23)
        {
            double product = 1;
            for (double factor = 2; factor < first; factor++)
                product *= factor;
            return product;
        }

        double value = first < 0.5
            ? Math.PI / (Math.Sin(Math.PI * first) * Math.Exp(Probability.LogGamma(1 - first)))
            : Math.Exp(Probability.LogGamma(first));
        return MathErrors.Finite(value, first);
    }
}

[ScalarFunction("lgamma", "The natural logarithm of the gamma function's size.")]
[Example("lgamma(1)", "0")]
[Example("lgamma(0)", "error 22003")]
internal readonly struct LogGammaFunction : IFunction<double, double>
{
    public static double Invoke(double first)
    {
        if (first is 1 or 2)
            return 0;
        if (double.IsInfinity(first))
            return double.PositiveInfinity;
        if (first <= 0 && first == Math.Floor(first))
            throw MathErrors.OutOfRange($"lgamma({first})");
        return first < 0.5 ? Math.Log(Math.PI / Math.Abs(Math.Sin(Math.PI * first))) - Probability.LogGamma(1 - first) : Probability.LogGamma(first);
    }
}

[ScalarFunction("log1p", "The natural logarithm of one plus a number, exact near zero.")]
[Example("log1p(0)", "0")]
internal readonly struct Log1pFunction : IFunction<double, double>
{
    public static double Invoke(double first) => first < -1 ? throw MathErrors.Argument($"log1p({first}) is not real") : double.LogP1(first);
}

[ScalarFunction("expm1", "e to the power of a number, minus one, exact near zero.")]
[Example("expm1(0)", "0")]
internal readonly struct Expm1Function : IFunction<double, double>
{
    public static double Invoke(double first) => MathErrors.Finite(double.ExpM1(first), first);
}

[ScalarFunction("normal_cdf", "The cumulative distribution of a normal distribution: mean, standard deviation, value.")]
[Example("normal_cdf(0, 1, 0)", "0.5")]
[Example("round(normal_cdf(0, 1, 1.96), 6)", "0.975002")]
[Example("normal_cdf(0, 0, 1)", "error 22023")]
internal readonly struct NormalCdfFunction : IFunction<double, double, double, double>
{
    public static double Invoke(double first, double second, double third) => second > 0
        ? Probability.NormalCdf((third - first) / second) : throw MathErrors.Argument("the standard deviation is greater than zero");
}

[ScalarFunction("inverse_normal_cdf", "The value at which a normal distribution reaches a probability: mean, standard deviation, probability.")]
[Example("inverse_normal_cdf(0, 1, 0.5)", "0")]
[Example("round(inverse_normal_cdf(0, 1, 0.975), 6)", "1.959964")]
[Example("inverse_normal_cdf(0, 1, 1)", "error 22023")]
internal readonly struct InverseNormalCdfFunction : IFunction<double, double, double, double>
{
    public static double Invoke(double first, double second, double third)
    {
        if (third is not (> 0 and < 1) || !(second > 0))
            throw MathErrors.Argument("the probability is between 0 and 1 and the standard deviation greater than zero");
        return first + (second * Probability.InverseNormal(third));
    }
}

[ScalarFunction("beta_cdf", "The cumulative distribution of a beta distribution: a, b, value.")]
[Example("round(beta_cdf(3, 3.6, 0.3), 7)", "0.2176481")]
[Example("beta_cdf(0, 3, 0.5)", "error 22023")]
internal readonly struct BetaCdfFunction : IFunction<double, double, double, double>
{
    public static double Invoke(double first, double second, double third) => first > 0 && second > 0 && third is >= 0 and <= 1
        ? Probability.Beta(first, second, third) : throw MathErrors.Argument("a and b are greater than zero and the value is between 0 and 1");
}

[ScalarFunction("inverse_beta_cdf", "The value at which a beta distribution reaches a probability: a, b, probability.")]
[Example("inverse_beta_cdf(3, 3.6, 0)", "0")]
[Example("round(inverse_beta_cdf(3, 3.6, 0.3), 6)", "0.346968")]
internal readonly struct InverseBetaCdfFunction : IFunction<double, double, double, double>
{
    public static double Invoke(double first, double second, double third)
    {
        if (!(first > 0 && second > 0 && third is >= 0 and <= 1))
            throw MathErrors.Argument("a and b are greater than zero and the probability is between 0 and 1");
        if (third is 0 or 1)
            return third;
        double low = 0, high = 1;
        for (int step = 0; step < 200 && high - low > 1e-17; step++)
        {
            double middle = (low + high) / 2;
            if (Probability.Beta(first, second, middle) < third)
                low = middle;
            else
                high = middle;
        }

        return (low + high) / 2;
    }
}

[ScalarFunction("wilson_interval_lower", "The lower bound of Wilson's score interval: successes, trials, z.")]
[Example("round(wilson_interval_lower(1250, 1310, 1.96e0), 10)", "0.9414883725")]
internal readonly struct WilsonLowerFunction : IFunction<long, long, double, double>
{
    public static double Invoke(long first, long second, double third) => Probability.Wilson(first, second, third, -1);
}

[ScalarFunction("wilson_interval_upper", "The upper bound of Wilson's score interval: successes, trials, z.")]
[Example("round(wilson_interval_upper(1250, 1310, 1.96e0), 10)", "0.9642524717")]
[Example("wilson_interval_upper(2, 1, 1.96e0)", "error 22023")]
internal readonly struct WilsonUpperFunction : IFunction<long, long, double, double>
{
    public static double Invoke(long first, long second, double third) => Probability.Wilson(first, second, third, 1);
}

/// <summary>Special functions of probability.</summary>
internal static class Probability
{
    // Lanczos' approximation with g = 7 and nine coefficients.
    private static readonly double[] _lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
        9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>The logarithm of gamma, of numbers from 0.5 on.</summary>
    public static double LogGamma(double x)
    {
        x -= 1;
        double sum = _lanczos[0];
        for (int at = 1; at < _lanczos.Length; at++)
            sum += _lanczos[at] / (x + at);
        double t = x + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    public static double Erf(double x)
    {
        if (double.IsNaN(x) || x == 0)
            return x;
        double magnitude = 1 - UpperGamma(0.5, x * x);
        return x < 0 ? -magnitude : magnitude;
    }

    public static double NormalCdf(double z) => double.IsInfinity(z) ? (z > 0 ? 1 : 0) : z < 0 ? UpperGamma(0.5, z * z / 2) / 2 : 1 - (UpperGamma(0.5, z * z / 2) / 2);

    /// <summary>The upper incomplete gamma function, regularized: by its series for small x, else by its continued fraction.</summary>
    public static double UpperGamma(double a, double x)
    {
        if (x <= 0)
            return 1;
        if (double.IsInfinity(x))
            return 0;
        double scale = Math.Exp((a * Math.Log(x)) - x - (a < 0.5 ? throw new ArgumentOutOfRangeException(nameof(a)) : LogGamma(a)));
        if (x < a + 1)
        {
            double term = 1 / a, sum = term;
            for (int n = 1; n < 500 && Math.Abs(term) > Math.Abs(sum) * 1e-17; n++)
                sum += term *= x / (a + n);
            return 1 - (sum * scale);
        }

        double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
        for (int n = 1; n < 500; n++)
        {
            double an = -n * (n - a);
            b += 2;
            d = 1 / NotZero((an * d) + b);
            c = NotZero(b + (an / c));
            double factor = d * c;
            h *= factor;
            if (Math.Abs(factor - 1) < 1e-16)
                break;
        }

        return scale * h;
    }

    /// <summary>The regularized incomplete beta function, by its continued fraction.</summary>
    public static double Beta(double a, double b, double x)
    {
        if (x is <= 0 or >= 1)
            return x <= 0 ? 0 : 1;
        if (x > (a + 1) / (a + b + 2))
            return 1 - Beta(b, a, 1 - x);
        double front = Math.Exp(LnGamma(a + b) - LnGamma(a) - LnGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x))) / a;
        double c = 1, d = 1 / NotZero(1 - ((a + b) * x / (a + 1))), h = d;
        for (int m = 1; m < 1000; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / NotZero(1 + (even * d));
            c = NotZero(1 + (even / c));
            h *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NotZero(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            double factor = d * c;
            h *= factor;
            if (Math.Abs(factor - 1) < 1e-16)
                break;
        }

        return front * h;
    }

    /// <summary>The standard normal quantile: bisection to the last bit.</summary>
    public static double InverseNormal(double probability)
    {
        if (probability == 0.5)
            return 0;
        double low = -40, high = 40;
        for (int step = 0; step < 100 && high - low > 1e-16; step++)
        {
            double middle = (low + high) / 2;
            if (NormalCdf(middle) < probability)
                low = middle;
            else
                high = middle;
        }

        return (low + high) / 2;
    }

    /// <summary>A bound of Wilson's interval; the direction is -1 or 1.</summary>
    public static double Wilson(long successes, long trials, double z, int direction)
    {
        if (successes < 0 || trials <= 0 || successes > trials || !(z >= 0))
            throw MathErrors.Argument("successes are between 0 and trials, trials greater than zero, z not negative");
        double n = trials, p = successes / n;
        double center = p + (z * z / (2 * n)), spread = z * Math.Sqrt((p * (1 - p) / n) + (z * z / (4 * n * n)));
        return (center + (direction * spread)) / (1 + (z * z / n));
    }

    private static double LnGamma(double x) => x < 0.5 ? Math.Log(Math.PI / Math.Abs(Math.Sin(Math.PI * x))) - LogGamma(1 - x) : LogGamma(x);

    private static double NotZero(double value) => Math.Abs(value) < 1e-300 ? 1e-300 : value;
}
