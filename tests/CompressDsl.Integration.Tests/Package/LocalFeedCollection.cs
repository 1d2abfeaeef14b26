namespace CompressDsl.Integration.Tests.Package;

/// <summary>The tests that share one packing.</summary>
[CollectionDefinition(nameof(LocalFeed))]
public sealed class LocalFeedCollection : ICollectionFixture<LocalFeed>;
