using Microsoft.Extensions.Options;

namespace CustomerTrack.Ingest;

[OptionsValidator]
internal sealed partial class IngestOptionsValidator : IValidateOptions<IngestOptions>;
