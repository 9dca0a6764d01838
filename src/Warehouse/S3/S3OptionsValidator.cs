using Microsoft.Extensions.Options;

namespace CustomerTrack.S3;

/// <summary>Each setting by itself.</summary>
[OptionsValidator]
public sealed partial class S3OptionsValidator : IValidateOptions<S3Options>;
