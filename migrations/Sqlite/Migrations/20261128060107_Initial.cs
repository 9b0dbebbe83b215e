using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReviewStudio.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "AspNetRoles",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    NormalizedName = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    ConcurrencyStamp = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetRoles", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "AspNetUsers",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false),
                    DisplayName = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Group = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Site = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Employment = table.Column<int>(type: "INTEGER", nullable: false),
                    Languages = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Clearance = table.Column<int>(type: "INTEGER", nullable: false),
                    Active = table.Column<bool>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    UserName = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    NormalizedUserName = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    Email = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    NormalizedEmail = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    EmailConfirmed = table.Column<bool>(type: "INTEGER", nullable: false),
                    PasswordHash = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true),
                    SecurityStamp = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true),
                    ConcurrencyStamp = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true),
                    PhoneNumber = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true),
                    PhoneNumberConfirmed = table.Column<bool>(type: "INTEGER", nullable: false),
                    TwoFactorEnabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    LockoutEnd = table.Column<DateTimeOffset>(type: "TEXT", nullable: true),
                    LockoutEnabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    AccessFailedCount = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetUsers", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "AuditEvent",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    At = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    ActorId = table.Column<long>(type: "INTEGER", nullable: false),
                    ActorName = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Action = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    SubjectKind = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    SubjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    DetailsJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuditEvent", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "BackgroundJob",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    ArgumentsJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    Title = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    Done = table.Column<long>(type: "INTEGER", nullable: false),
                    Total = table.Column<long>(type: "INTEGER", nullable: true),
                    Message = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    ResumeJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: true),
                    ResultJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: true),
                    Error = table.Column<string>(type: "TEXT", maxLength: -1, nullable: true),
                    LeaseOwner = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true),
                    LeasedUntil = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    Attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    CancelRequested = table.Column<bool>(type: "INTEGER", nullable: false),
                    ExclusiveKey = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    StartedById = table.Column<long>(type: "INTEGER", nullable: false),
                    StartedByName = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    StartedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    EndedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_BackgroundJob", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "ContentVector",
                columns: table => new
                {
                    ContentHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    View = table.Column<int>(type: "INTEGER", nullable: false),
                    EncoderVersion = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ContentVector", x => new { x.ContentHash, x.View, x.EncoderVersion });
                });

            migrationBuilder.CreateTable(
                name: "EncodedMedia",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    EncoderVersion = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    ReadText = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    ReadLanguage = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    Faces = table.Column<int>(type: "INTEGER", nullable: true),
                    SpeechJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: true),
                    NotLookedAtJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    EncodedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_EncodedMedia", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "IdempotentAnswer",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Caller = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Key = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    RequestHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Status = table.Column<int>(type: "INTEGER", nullable: false),
                    ContentType = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Body = table.Column<byte[]>(type: "BLOB", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IdempotentAnswer", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Item",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Source = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    ExternalId = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Language = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    Modality = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Author = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    ThreadId = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    ReplyTo = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    PublishedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    IngestedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    ErasedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Item", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "MediaProbe",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    MediaType = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Length = table.Column<long>(type: "INTEGER", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    Width = table.Column<int>(type: "INTEGER", nullable: true),
                    Height = table.Column<int>(type: "INTEGER", nullable: true),
                    Duration = table.Column<double>(type: "REAL", nullable: true),
                    FrameRate = table.Column<double>(type: "REAL", nullable: true),
                    VideoCodec = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    AudioCodec = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Orientation = table.Column<int>(type: "INTEGER", nullable: false),
                    Problem = table.Column<string>(type: "TEXT", maxLength: -1, nullable: true),
                    ViewHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    ViewType = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    ThumbnailHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    SheetHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    PeaksHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    LikeId = table.Column<long>(type: "INTEGER", nullable: true),
                    LikeDistance = table.Column<int>(type: "INTEGER", nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    ProbedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MediaProbe", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "OutboxMessage",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Topic = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    SubjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    AboutId = table.Column<Guid>(type: "TEXT", nullable: true),
                    PayloadJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    NotBefore = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    SentAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    CancelledAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OutboxMessage", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Policy",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Key = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    AgreementTarget = table.Column<double>(type: "REAL", nullable: false),
                    ArchivedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Policy", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "ProtectionKey",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Name = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Xml = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ProtectionKey", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Tally",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", maxLength: 192, nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false),
                    CountedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Tally", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "Viewing",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ReviewerId = table.Column<long>(type: "INTEGER", nullable: false),
                    Blur = table.Column<int>(type: "INTEGER", nullable: false),
                    Greyscale = table.Column<bool>(type: "INTEGER", nullable: false),
                    BlurFaces = table.Column<bool>(type: "INTEGER", nullable: false),
                    Muted = table.Column<bool>(type: "INTEGER", nullable: false),
                    Reveal = table.Column<int>(type: "INTEGER", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Viewing", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "WebhookSubscription",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Name = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    Address = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    Events = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Secret = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    EarlierSecret = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true),
                    EarlierUntil = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PausedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_WebhookSubscription", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "AspNetRoleClaims",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RoleId = table.Column<long>(type: "INTEGER", nullable: false),
                    ClaimType = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true),
                    ClaimValue = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetRoleClaims", x => x.Id);
                    table.ForeignKey(
                        name: "FK_AspNetRoleClaims_AspNetRoles_RoleId",
                        column: x => x.RoleId,
                        principalTable: "AspNetRoles",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "ApiKey",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false),
                    OwnerId = table.Column<long>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    Prefix = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    SecretHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Scopes = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    ExpiresAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    LastUsedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    RevokedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ApiKey", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ApiKey_AspNetUsers_OwnerId",
                        column: x => x.OwnerId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserClaims",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    UserId = table.Column<long>(type: "INTEGER", nullable: false),
                    ClaimType = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true),
                    ClaimValue = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetUserClaims", x => x.Id);
                    table.ForeignKey(
                        name: "FK_AspNetUserClaims_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserLogins",
                columns: table => new
                {
                    LoginProvider = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    ProviderKey = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    ProviderDisplayName = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true),
                    UserId = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetUserLogins", x => new { x.LoginProvider, x.ProviderKey });
                    table.ForeignKey(
                        name: "FK_AspNetUserLogins_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserPasskeys",
                columns: table => new
                {
                    CredentialId = table.Column<byte[]>(type: "BLOB", maxLength: 1024, nullable: false),
                    UserId = table.Column<long>(type: "INTEGER", nullable: false),
                    Data = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetUserPasskeys", x => x.CredentialId);
                    table.ForeignKey(
                        name: "FK_AspNetUserPasskeys_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserRoles",
                columns: table => new
                {
                    UserId = table.Column<long>(type: "INTEGER", nullable: false),
                    RoleId = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetUserRoles", x => new { x.UserId, x.RoleId });
                    table.ForeignKey(
                        name: "FK_AspNetUserRoles_AspNetRoles_RoleId",
                        column: x => x.RoleId,
                        principalTable: "AspNetRoles",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_AspNetUserRoles_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserTokens",
                columns: table => new
                {
                    UserId = table.Column<long>(type: "INTEGER", nullable: false),
                    LoginProvider = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Value = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AspNetUserTokens", x => new { x.UserId, x.LoginProvider, x.Name });
                    table.ForeignKey(
                        name: "FK_AspNetUserTokens_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "ItemPart",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ItemId = table.Column<long>(type: "INTEGER", nullable: false),
                    Ordinal = table.Column<int>(type: "INTEGER", nullable: false),
                    Modality = table.Column<int>(type: "INTEGER", nullable: false),
                    Text = table.Column<string>(type: "TEXT", maxLength: -1, nullable: true),
                    BlobHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    MediaType = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    Length = table.Column<long>(type: "INTEGER", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ItemPart", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ItemPart_Item_ItemId",
                        column: x => x.ItemId,
                        principalTable: "Item",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "ItemVector",
                columns: table => new
                {
                    ItemId = table.Column<long>(type: "INTEGER", nullable: false),
                    EncoderVersion = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ItemVector", x => new { x.ItemId, x.EncoderVersion });
                    table.ForeignKey(
                        name: "FK_ItemVector_Item_ItemId",
                        column: x => x.ItemId,
                        principalTable: "Item",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "MediaPrint",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ProbeId = table.Column<long>(type: "INTEGER", nullable: false),
                    Frame = table.Column<int>(type: "INTEGER", nullable: false),
                    Quality = table.Column<int>(type: "INTEGER", nullable: false),
                    Hash = table.Column<string>(type: "TEXT", fixedLength: true, maxLength: 64, nullable: false),
                    Ways = table.Column<byte[]>(type: "BLOB", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MediaPrint", x => x.Id);
                    table.ForeignKey(
                        name: "FK_MediaPrint_MediaProbe_ProbeId",
                        column: x => x.ProbeId,
                        principalTable: "MediaProbe",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "ExternalPrediction",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ItemId = table.Column<long>(type: "INTEGER", nullable: false),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    Classifier = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    ProbabilitiesJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ExternalPrediction", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ExternalPrediction_Item_ItemId",
                        column: x => x.ItemId,
                        principalTable: "Item",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_ExternalPrediction_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "FrozenSet",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    ForGates = table.Column<bool>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FrozenSet", x => x.Id);
                    table.ForeignKey(
                        name: "FK_FrozenSet_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "HashList",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Key = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    LabelKey = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Outcome = table.Column<int>(type: "INTEGER", nullable: false),
                    Source = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    OwnerId = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    EndedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    Edition = table.Column<long>(type: "INTEGER", nullable: false),
                    Entries = table.Column<int>(type: "INTEGER", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_HashList", x => x.Id);
                    table.ForeignKey(
                        name: "FK_HashList_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "KeptFigures",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    Question = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    QuestionJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    FiguresJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: true),
                    Error = table.Column<string>(type: "TEXT", maxLength: -1, nullable: true),
                    PolicyVersionId = table.Column<long>(type: "INTEGER", nullable: true),
                    Watermark = table.Column<long>(type: "INTEGER", nullable: false),
                    MeasuredAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    TookMilliseconds = table.Column<int>(type: "INTEGER", nullable: false),
                    Wanted = table.Column<bool>(type: "INTEGER", nullable: false),
                    AskedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_KeptFigures", x => x.Id);
                    table.ForeignKey(
                        name: "FK_KeptFigures_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "PolicyVersion",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    Guidance = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    ChangeNote = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PublishedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    ConcurrencyStamp = table.Column<Guid>(type: "TEXT", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PolicyVersion", x => x.Id);
                    table.ForeignKey(
                        name: "FK_PolicyVersion_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "ReviewerSkill",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    ReviewerId = table.Column<long>(type: "INTEGER", nullable: false),
                    Verdicts = table.Column<int>(type: "INTEGER", nullable: false),
                    ConfusionJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    Accuracy = table.Column<double>(type: "REAL", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReviewerSkill", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ReviewerSkill_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "ReviewQueue",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Key = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    Strategy = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    UncertaintyWeight = table.Column<double>(type: "REAL", nullable: false),
                    SeverityWeight = table.Column<double>(type: "REAL", nullable: false),
                    ArrivalWeight = table.Column<double>(type: "REAL", nullable: false),
                    RequiredClearance = table.Column<int>(type: "INTEGER", nullable: false),
                    LeaseSeconds = table.Column<int>(type: "INTEGER", nullable: false),
                    UndoSeconds = table.Column<int>(type: "INTEGER", nullable: false),
                    AuditRate = table.Column<double>(type: "REAL", nullable: false),
                    AuditDailyBudget = table.Column<int>(type: "INTEGER", nullable: false),
                    RetrainEvery = table.Column<int>(type: "INTEGER", nullable: false),
                    RetrainCron = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    RetrainDueAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    PromoteAutomatically = table.Column<bool>(type: "INTEGER", nullable: false),
                    Trainer = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    RankedHeadId = table.Column<long>(type: "INTEGER", nullable: true),
                    ArchivedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    ConcurrencyStamp = table.Column<Guid>(type: "TEXT", nullable: false),
                    Plan_AdjudicateAnyDisagreement = table.Column<bool>(type: "INTEGER", nullable: false),
                    Plan_AdjudicateBelow = table.Column<double>(type: "REAL", nullable: false),
                    Plan_AdjudicateSeverity = table.Column<int>(type: "INTEGER", nullable: false),
                    Plan_AdjudicatorClearance = table.Column<int>(type: "INTEGER", nullable: false),
                    Plan_GoldShare = table.Column<double>(type: "REAL", nullable: false),
                    Plan_Method = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Plan_OverlapReviewers = table.Column<int>(type: "INTEGER", nullable: false),
                    Plan_OverlapShare = table.Column<double>(type: "REAL", nullable: false),
                    Plan_ReviewersAtMost = table.Column<int>(type: "INTEGER", nullable: false),
                    Plan_ReviewersPerCase = table.Column<int>(type: "INTEGER", nullable: false),
                    Plan_SecondLookShare = table.Column<double>(type: "REAL", nullable: false),
                    Plan_SureAt = table.Column<double>(type: "REAL", nullable: false),
                    Plan_TakeOverDuplicates = table.Column<bool>(type: "INTEGER", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReviewQueue", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ReviewQueue_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "ScanDay",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    Allowed = table.Column<long>(type: "INTEGER", nullable: false),
                    Reviewed = table.Column<long>(type: "INTEGER", nullable: false),
                    Blocked = table.Column<long>(type: "INTEGER", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ScanDay", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ScanDay_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "ScanDecision",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ScanId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ItemId = table.Column<long>(type: "INTEGER", nullable: false),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    PolicyVersionId = table.Column<long>(type: "INTEGER", nullable: false),
                    Settings = table.Column<int>(type: "INTEGER", nullable: false),
                    Outcome = table.Column<int>(type: "INTEGER", nullable: false),
                    Reason = table.Column<int>(type: "INTEGER", nullable: false),
                    LabelKey = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    HeadId = table.Column<long>(type: "INTEGER", nullable: true),
                    MatchedId = table.Column<Guid>(type: "TEXT", nullable: true),
                    At = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ScanDecision", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ScanDecision_Item_ItemId",
                        column: x => x.ItemId,
                        principalTable: "Item",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_ScanDecision_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "ScanRule",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    Pattern = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    LabelKey = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Outcome = table.Column<int>(type: "INTEGER", nullable: false),
                    Why = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    OwnerId = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    EndedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ScanRule", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ScanRule_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "SkillFit",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    LabelKeysJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    PriorJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    Verdicts = table.Column<int>(type: "INTEGER", nullable: false),
                    Watermark = table.Column<long>(type: "INTEGER", nullable: false),
                    FittedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SkillFit", x => x.Id);
                    table.ForeignKey(
                        name: "FK_SkillFit_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "WebhookDelivery",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    SubscriptionId = table.Column<long>(type: "INTEGER", nullable: false),
                    EventId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Topic = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    BodyJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    NextAttemptAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    LeasedUntil = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    LeaseToken = table.Column<Guid>(type: "TEXT", nullable: true),
                    LastAttemptAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    LastStatus = table.Column<int>(type: "INTEGER", nullable: true),
                    LastAnswer = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    EndedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_WebhookDelivery", x => x.Id);
                    table.ForeignKey(
                        name: "FK_WebhookDelivery_WebhookSubscription_SubscriptionId",
                        column: x => x.SubscriptionId,
                        principalTable: "WebhookSubscription",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "MediaBand",
                columns: table => new
                {
                    Key = table.Column<int>(type: "INTEGER", nullable: false),
                    PrintId = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MediaBand", x => new { x.Key, x.PrintId });
                    table.ForeignKey(
                        name: "FK_MediaBand_MediaPrint_PrintId",
                        column: x => x.PrintId,
                        principalTable: "MediaPrint",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "HashListChange",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ListId = table.Column<long>(type: "INTEGER", nullable: false),
                    ReviewerId = table.Column<long>(type: "INTEGER", nullable: false),
                    At = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    Added = table.Column<int>(type: "INTEGER", nullable: false),
                    Removed = table.Column<int>(type: "INTEGER", nullable: false),
                    Origin = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_HashListChange", x => x.Id);
                    table.ForeignKey(
                        name: "FK_HashListChange_HashList_ListId",
                        column: x => x.ListId,
                        principalTable: "HashList",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "Head",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    PolicyVersionId = table.Column<long>(type: "INTEGER", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    Trainer = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Format = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    EncoderVersion = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    LabelKeysJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    FileHash = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    SnapshotHash = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    TrainedOn = table.Column<int>(type: "INTEGER", nullable: false),
                    GateReportJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PromotedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    RetiredAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Head", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Head_PolicyVersion_PolicyVersionId",
                        column: x => x.PolicyVersionId,
                        principalTable: "PolicyVersion",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_Head_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "LabelMapping",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    FromVersionId = table.Column<long>(type: "INTEGER", nullable: false),
                    ToVersionId = table.Column<long>(type: "INTEGER", nullable: false),
                    FromLabelKey = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    ToLabelKey = table.Column<string>(type: "TEXT", maxLength: 450, nullable: true),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LabelMapping", x => x.Id);
                    table.ForeignKey(
                        name: "FK_LabelMapping_PolicyVersion_FromVersionId",
                        column: x => x.FromVersionId,
                        principalTable: "PolicyVersion",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_LabelMapping_PolicyVersion_ToVersionId",
                        column: x => x.ToVersionId,
                        principalTable: "PolicyVersion",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "PolicyLabel",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PolicyVersionId = table.Column<long>(type: "INTEGER", nullable: false),
                    Key = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Colour = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Severity = table.Column<int>(type: "INTEGER", nullable: false),
                    HotKey = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Benign = table.Column<bool>(type: "INTEGER", nullable: false),
                    Guidance = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    Ordinal = table.Column<int>(type: "INTEGER", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PolicyLabel", x => x.Id);
                    table.ForeignKey(
                        name: "FK_PolicyLabel_PolicyVersion_PolicyVersionId",
                        column: x => x.PolicyVersionId,
                        principalTable: "PolicyVersion",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "Snapshot",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    PolicyVersionId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Watermark = table.Column<long>(type: "INTEGER", nullable: false),
                    LogicalHash = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Folder = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    OptionsJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    ManifestJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    Rows = table.Column<int>(type: "INTEGER", nullable: false),
                    Edition = table.Column<int>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Snapshot", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Snapshot_PolicyVersion_PolicyVersionId",
                        column: x => x.PolicyVersionId,
                        principalTable: "PolicyVersion",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_Snapshot_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "AuditDay",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    QueueId = table.Column<long>(type: "INTEGER", nullable: false),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    Stratum = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Arrived = table.Column<int>(type: "INTEGER", nullable: false),
                    Drawn = table.Column<int>(type: "INTEGER", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuditDay", x => x.Id);
                    table.ForeignKey(
                        name: "FK_AuditDay_ReviewQueue_QueueId",
                        column: x => x.QueueId,
                        principalTable: "ReviewQueue",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "Lane",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    QueueId = table.Column<long>(type: "INTEGER", nullable: false),
                    Language = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    Modality = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Source = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Clearance = table.Column<int>(type: "INTEGER", nullable: false),
                    Audience = table.Column<int>(type: "INTEGER", nullable: false),
                    OwnerId = table.Column<long>(type: "INTEGER", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Lane", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Lane_ReviewQueue_QueueId",
                        column: x => x.QueueId,
                        principalTable: "ReviewQueue",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "ScanSettings",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    Enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    QueueId = table.Column<long>(type: "INTEGER", nullable: false),
                    WhenUnscored = table.Column<int>(type: "INTEGER", nullable: false),
                    WhenLate = table.Column<int>(type: "INTEGER", nullable: false),
                    ThresholdsJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    CreatedById = table.Column<long>(type: "INTEGER", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ScanSettings", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ScanSettings_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_ScanSettings_ReviewQueue_QueueId",
                        column: x => x.QueueId,
                        principalTable: "ReviewQueue",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "HashEntry",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ListId = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    Hash = table.Column<string>(type: "TEXT", fixedLength: true, maxLength: 64, nullable: false),
                    MaxDistance = table.Column<int>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    AddedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    ChangeId = table.Column<long>(type: "INTEGER", nullable: true),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_HashEntry", x => x.Id);
                    table.ForeignKey(
                        name: "FK_HashEntry_HashListChange_ChangeId",
                        column: x => x.ChangeId,
                        principalTable: "HashListChange",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_HashEntry_HashList_ListId",
                        column: x => x.ListId,
                        principalTable: "HashList",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "ReviewCase",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ItemId = table.Column<long>(type: "INTEGER", nullable: false),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    PolicyVersionId = table.Column<long>(type: "INTEGER", nullable: false),
                    QueueId = table.Column<long>(type: "INTEGER", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    HeadId = table.Column<long>(type: "INTEGER", nullable: true),
                    Probabilities = table.Column<byte[]>(type: "BLOB", nullable: true),
                    UnscoredSince = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    Uncertainty = table.Column<double>(type: "REAL", nullable: false),
                    Severity = table.Column<double>(type: "REAL", nullable: false),
                    ArrivedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    AuditDraw = table.Column<double>(type: "REAL", nullable: false),
                    AuditProbability = table.Column<double>(type: "REAL", nullable: false),
                    Stratum = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    InAuditSample = table.Column<bool>(type: "INTEGER", nullable: false),
                    LabelKey = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    Frozen = table.Column<bool>(type: "INTEGER", nullable: false),
                    FrozenMark = table.Column<long>(type: "INTEGER", nullable: true),
                    Gold = table.Column<bool>(type: "INTEGER", nullable: false),
                    ContentPrint = table.Column<long>(type: "INTEGER", nullable: true),
                    LikePrint = table.Column<long>(type: "INTEGER", nullable: true),
                    LikeOrdinal = table.Column<int>(type: "INTEGER", nullable: false),
                    Followed = table.Column<bool>(type: "INTEGER", nullable: false),
                    ConcurrencyStamp = table.Column<Guid>(type: "TEXT", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReviewCase", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ReviewCase_Head_HeadId",
                        column: x => x.HeadId,
                        principalTable: "Head",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_ReviewCase_Item_ItemId",
                        column: x => x.ItemId,
                        principalTable: "Item",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_ReviewCase_PolicyVersion_PolicyVersionId",
                        column: x => x.PolicyVersionId,
                        principalTable: "PolicyVersion",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_ReviewCase_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_ReviewCase_ReviewQueue_QueueId",
                        column: x => x.QueueId,
                        principalTable: "ReviewQueue",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "TrainingRun",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    QueueId = table.Column<long>(type: "INTEGER", nullable: false),
                    JobId = table.Column<long>(type: "INTEGER", nullable: false),
                    Trigger = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    Stage = table.Column<int>(type: "INTEGER", nullable: false),
                    SnapshotId = table.Column<long>(type: "INTEGER", nullable: true),
                    HeadId = table.Column<long>(type: "INTEGER", nullable: true),
                    Watermark = table.Column<long>(type: "INTEGER", nullable: false),
                    Seed = table.Column<int>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    EndedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_TrainingRun", x => x.Id);
                    table.ForeignKey(
                        name: "FK_TrainingRun_BackgroundJob_JobId",
                        column: x => x.JobId,
                        principalTable: "BackgroundJob",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_TrainingRun_Head_HeadId",
                        column: x => x.HeadId,
                        principalTable: "Head",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_TrainingRun_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_TrainingRun_Snapshot_SnapshotId",
                        column: x => x.SnapshotId,
                        principalTable: "Snapshot",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "CaseInfluence",
                columns: table => new
                {
                    CaseId = table.Column<long>(type: "INTEGER", nullable: false),
                    HeadId = table.Column<long>(type: "INTEGER", nullable: false),
                    InfluencesJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CaseInfluence", x => new { x.CaseId, x.HeadId });
                    table.ForeignKey(
                        name: "FK_CaseInfluence_Head_HeadId",
                        column: x => x.HeadId,
                        principalTable: "Head",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_CaseInfluence_ReviewCase_CaseId",
                        column: x => x.CaseId,
                        principalTable: "ReviewCase",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "FrozenMember",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    FrozenSetId = table.Column<long>(type: "INTEGER", nullable: false),
                    CaseId = table.Column<long>(type: "INTEGER", nullable: false),
                    LabelKey = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FrozenMember", x => x.Id);
                    table.ForeignKey(
                        name: "FK_FrozenMember_FrozenSet_FrozenSetId",
                        column: x => x.FrozenSetId,
                        principalTable: "FrozenSet",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_FrozenMember_ReviewCase_CaseId",
                        column: x => x.CaseId,
                        principalTable: "ReviewCase",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "GoldAnswer",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    CaseId = table.Column<long>(type: "INTEGER", nullable: false),
                    LabelKey = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Origin = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Explanation = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    MadeBy = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    RetiredAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_GoldAnswer", x => x.Id);
                    table.ForeignKey(
                        name: "FK_GoldAnswer_ReviewCase_CaseId",
                        column: x => x.CaseId,
                        principalTable: "ReviewCase",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "HashFlag",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    CaseId = table.Column<long>(type: "INTEGER", nullable: false),
                    ListId = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    PartOrdinal = table.Column<int>(type: "INTEGER", nullable: false),
                    Distance = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_HashFlag", x => x.Id);
                    table.ForeignKey(
                        name: "FK_HashFlag_HashList_ListId",
                        column: x => x.ListId,
                        principalTable: "HashList",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_HashFlag_ReviewCase_CaseId",
                        column: x => x.CaseId,
                        principalTable: "ReviewCase",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "ReviewTask",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    CaseId = table.Column<long>(type: "INTEGER", nullable: false),
                    LaneId = table.Column<long>(type: "INTEGER", nullable: false),
                    Purpose = table.Column<int>(type: "INTEGER", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    Rank = table.Column<double>(type: "REAL", nullable: false),
                    ReviewerId = table.Column<long>(type: "INTEGER", nullable: true),
                    ClaimedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    LeasedUntil = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: true),
                    FencingToken = table.Column<long>(type: "INTEGER", nullable: false),
                    ClaimedHeadId = table.Column<long>(type: "INTEGER", nullable: true),
                    ClaimedProbabilities = table.Column<byte[]>(type: "BLOB", nullable: true),
                    Message = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReviewTask", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ReviewTask_Lane_LaneId",
                        column: x => x.LaneId,
                        principalTable: "Lane",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_ReviewTask_ReviewCase_CaseId",
                        column: x => x.CaseId,
                        principalTable: "ReviewCase",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "TaskSkip",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    CaseId = table.Column<long>(type: "INTEGER", nullable: false),
                    ReviewerId = table.Column<long>(type: "INTEGER", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    At = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_TaskSkip", x => x.Id);
                    table.ForeignKey(
                        name: "FK_TaskSkip_ReviewCase_CaseId",
                        column: x => x.CaseId,
                        principalTable: "ReviewCase",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "Draft",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    TaskId = table.Column<long>(type: "INTEGER", nullable: false),
                    ReviewerId = table.Column<long>(type: "INTEGER", nullable: false),
                    ContentJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    UpdatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Draft", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Draft_ReviewTask_TaskId",
                        column: x => x.TaskId,
                        principalTable: "ReviewTask",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "LabelSuspect",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    CaseId = table.Column<long>(type: "INTEGER", nullable: false),
                    TaskId = table.Column<long>(type: "INTEGER", nullable: false),
                    GivenKey = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    SuggestedKey = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    GivenProbability = table.Column<double>(type: "REAL", nullable: false),
                    SuggestedProbability = table.Column<double>(type: "REAL", nullable: false),
                    FoundAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LabelSuspect", x => x.Id);
                    table.ForeignKey(
                        name: "FK_LabelSuspect_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_LabelSuspect_ReviewCase_CaseId",
                        column: x => x.CaseId,
                        principalTable: "ReviewCase",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_LabelSuspect_ReviewTask_TaskId",
                        column: x => x.TaskId,
                        principalTable: "ReviewTask",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "Verdict",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    TaskId = table.Column<long>(type: "INTEGER", nullable: false),
                    CaseId = table.Column<long>(type: "INTEGER", nullable: false),
                    ReviewerId = table.Column<long>(type: "INTEGER", nullable: false),
                    LabelKey = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    FencingToken = table.Column<long>(type: "INTEGER", nullable: false),
                    PolicyVersionId = table.Column<long>(type: "INTEGER", nullable: false),
                    HeadId = table.Column<long>(type: "INTEGER", nullable: true),
                    Probabilities = table.Column<byte[]>(type: "BLOB", nullable: true),
                    InfluencesJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: true),
                    RankReason = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    Purpose = table.Column<int>(type: "INTEGER", nullable: false),
                    Stratum = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    SamplingProbability = table.Column<double>(type: "REAL", nullable: false),
                    InAuditSample = table.Column<bool>(type: "INTEGER", nullable: false),
                    PredictionShown = table.Column<bool>(type: "INTEGER", nullable: false),
                    ElapsedMilliseconds = table.Column<int>(type: "INTEGER", nullable: false),
                    Note = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    SupersedesId = table.Column<long>(type: "INTEGER", nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Verdict", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Verdict_PolicyVersion_PolicyVersionId",
                        column: x => x.PolicyVersionId,
                        principalTable: "PolicyVersion",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_Verdict_ReviewCase_CaseId",
                        column: x => x.CaseId,
                        principalTable: "ReviewCase",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_Verdict_ReviewTask_TaskId",
                        column: x => x.TaskId,
                        principalTable: "ReviewTask",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_Verdict_Verdict_SupersedesId",
                        column: x => x.SupersedesId,
                        principalTable: "Verdict",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "LabelledExample",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    CaseId = table.Column<long>(type: "INTEGER", nullable: false),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: false),
                    PolicyVersionId = table.Column<long>(type: "INTEGER", nullable: false),
                    LabelKey = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    Confidence = table.Column<double>(type: "REAL", nullable: false),
                    SoftLabelJson = table.Column<string>(type: "TEXT", maxLength: -1, nullable: false),
                    Method = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Reviewers = table.Column<int>(type: "INTEGER", nullable: false),
                    VerdictId = table.Column<long>(type: "INTEGER", nullable: true),
                    FromCaseId = table.Column<long>(type: "INTEGER", nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 6, nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LabelledExample", x => x.Id);
                    table.ForeignKey(
                        name: "FK_LabelledExample_PolicyVersion_PolicyVersionId",
                        column: x => x.PolicyVersionId,
                        principalTable: "PolicyVersion",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_LabelledExample_Policy_PolicyId",
                        column: x => x.PolicyId,
                        principalTable: "Policy",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_LabelledExample_ReviewCase_CaseId",
                        column: x => x.CaseId,
                        principalTable: "ReviewCase",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_LabelledExample_ReviewCase_FromCaseId",
                        column: x => x.FromCaseId,
                        principalTable: "ReviewCase",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_LabelledExample_Verdict_VerdictId",
                        column: x => x.VerdictId,
                        principalTable: "Verdict",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "Rationale",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    VerdictId = table.Column<long>(type: "INTEGER", nullable: false),
                    PartOrdinal = table.Column<int>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    Start = table.Column<double>(type: "REAL", nullable: false),
                    End = table.Column<double>(type: "REAL", nullable: false),
                    Top = table.Column<double>(type: "REAL", nullable: false),
                    Bottom = table.Column<double>(type: "REAL", nullable: false),
                    PublicId = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Rationale", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Rationale_Verdict_VerdictId",
                        column: x => x.VerdictId,
                        principalTable: "Verdict",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateIndex(
                name: "IX_ApiKey_OwnerId",
                table: "ApiKey",
                column: "OwnerId");

            migrationBuilder.CreateIndex(
                name: "IX_ApiKey_Prefix",
                table: "ApiKey",
                column: "Prefix",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ApiKey_PublicId",
                table: "ApiKey",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AspNetRoleClaims_RoleId",
                table: "AspNetRoleClaims",
                column: "RoleId");

            migrationBuilder.CreateIndex(
                name: "RoleNameIndex",
                table: "AspNetRoles",
                column: "NormalizedName",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AspNetUserClaims_UserId",
                table: "AspNetUserClaims",
                column: "UserId");

            migrationBuilder.CreateIndex(
                name: "IX_AspNetUserLogins_UserId",
                table: "AspNetUserLogins",
                column: "UserId");

            migrationBuilder.CreateIndex(
                name: "IX_AspNetUserPasskeys_UserId",
                table: "AspNetUserPasskeys",
                column: "UserId");

            migrationBuilder.CreateIndex(
                name: "IX_AspNetUserRoles_RoleId",
                table: "AspNetUserRoles",
                column: "RoleId");

            migrationBuilder.CreateIndex(
                name: "EmailIndex",
                table: "AspNetUsers",
                column: "NormalizedEmail");

            migrationBuilder.CreateIndex(
                name: "UserNameIndex",
                table: "AspNetUsers",
                column: "NormalizedUserName",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AuditDay_PublicId",
                table: "AuditDay",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AuditDay_QueueId_Day_Stratum",
                table: "AuditDay",
                columns: new[] { "QueueId", "Day", "Stratum" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AuditEvent_Action_Id",
                table: "AuditEvent",
                columns: new[] { "Action", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_AuditEvent_PublicId",
                table: "AuditEvent",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AuditEvent_SubjectId_Id",
                table: "AuditEvent",
                columns: new[] { "SubjectId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_BackgroundJob_Kind_Id",
                table: "BackgroundJob",
                columns: new[] { "Kind", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_BackgroundJob_PublicId",
                table: "BackgroundJob",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_BackgroundJob_State_LeasedUntil",
                table: "BackgroundJob",
                columns: new[] { "State", "LeasedUntil" });

            migrationBuilder.CreateIndex(
                name: "IX_CaseInfluence_HeadId",
                table: "CaseInfluence",
                column: "HeadId");

            migrationBuilder.CreateIndex(
                name: "IX_Draft_PublicId",
                table: "Draft",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Draft_TaskId_ReviewerId",
                table: "Draft",
                columns: new[] { "TaskId", "ReviewerId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_EncodedMedia_Hash",
                table: "EncodedMedia",
                column: "Hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_EncodedMedia_PublicId",
                table: "EncodedMedia",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ExternalPrediction_ItemId_PolicyId_Classifier",
                table: "ExternalPrediction",
                columns: new[] { "ItemId", "PolicyId", "Classifier" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ExternalPrediction_PolicyId",
                table: "ExternalPrediction",
                column: "PolicyId");

            migrationBuilder.CreateIndex(
                name: "IX_ExternalPrediction_PublicId",
                table: "ExternalPrediction",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_FrozenMember_CaseId",
                table: "FrozenMember",
                column: "CaseId");

            migrationBuilder.CreateIndex(
                name: "IX_FrozenMember_FrozenSetId_CaseId",
                table: "FrozenMember",
                columns: new[] { "FrozenSetId", "CaseId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_FrozenMember_PublicId",
                table: "FrozenMember",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_FrozenSet_PolicyId_Name",
                table: "FrozenSet",
                columns: new[] { "PolicyId", "Name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_FrozenSet_PublicId",
                table: "FrozenSet",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_GoldAnswer_CaseId",
                table: "GoldAnswer",
                column: "CaseId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_GoldAnswer_PublicId",
                table: "GoldAnswer",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_HashEntry_ChangeId",
                table: "HashEntry",
                column: "ChangeId");

            migrationBuilder.CreateIndex(
                name: "IX_HashEntry_Hash_Kind_ListId",
                table: "HashEntry",
                columns: new[] { "Hash", "Kind", "ListId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_HashEntry_ListId_Id",
                table: "HashEntry",
                columns: new[] { "ListId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_HashEntry_PublicId",
                table: "HashEntry",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_HashFlag_CaseId_ListId",
                table: "HashFlag",
                columns: new[] { "CaseId", "ListId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_HashFlag_ListId",
                table: "HashFlag",
                column: "ListId");

            migrationBuilder.CreateIndex(
                name: "IX_HashFlag_PublicId",
                table: "HashFlag",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_HashList_Key",
                table: "HashList",
                column: "Key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_HashList_PolicyId",
                table: "HashList",
                column: "PolicyId");

            migrationBuilder.CreateIndex(
                name: "IX_HashList_PublicId",
                table: "HashList",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_HashListChange_ListId_Id",
                table: "HashListChange",
                columns: new[] { "ListId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_HashListChange_PublicId",
                table: "HashListChange",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Head_PolicyId_Number",
                table: "Head",
                columns: new[] { "PolicyId", "Number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Head_PolicyId_State",
                table: "Head",
                columns: new[] { "PolicyId", "State" });

            migrationBuilder.CreateIndex(
                name: "IX_Head_PolicyVersionId",
                table: "Head",
                column: "PolicyVersionId");

            migrationBuilder.CreateIndex(
                name: "IX_Head_PublicId",
                table: "Head",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_IdempotentAnswer_Caller_Key",
                table: "IdempotentAnswer",
                columns: new[] { "Caller", "Key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_IdempotentAnswer_CreatedAt",
                table: "IdempotentAnswer",
                column: "CreatedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Item_Author_Id",
                table: "Item",
                columns: new[] { "Author", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Item_PublicId",
                table: "Item",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Item_Source_ExternalId",
                table: "Item",
                columns: new[] { "Source", "ExternalId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Item_Source_Id",
                table: "Item",
                columns: new[] { "Source", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Item_ThreadId_Id",
                table: "Item",
                columns: new[] { "ThreadId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_ItemPart_BlobHash",
                table: "ItemPart",
                column: "BlobHash");

            migrationBuilder.CreateIndex(
                name: "IX_ItemPart_ItemId_Ordinal",
                table: "ItemPart",
                columns: new[] { "ItemId", "Ordinal" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ItemPart_PublicId",
                table: "ItemPart",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_KeptFigures_PolicyId_Question",
                table: "KeptFigures",
                columns: new[] { "PolicyId", "Question" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_KeptFigures_PublicId",
                table: "KeptFigures",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_LabelledExample_CaseId_Id",
                table: "LabelledExample",
                columns: new[] { "CaseId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_LabelledExample_FromCaseId",
                table: "LabelledExample",
                column: "FromCaseId",
                filter: "\"FromCaseId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_LabelledExample_PolicyId_CaseId_Id",
                table: "LabelledExample",
                columns: new[] { "PolicyId", "CaseId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_LabelledExample_PolicyId_Id",
                table: "LabelledExample",
                columns: new[] { "PolicyId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_LabelledExample_PolicyVersionId",
                table: "LabelledExample",
                column: "PolicyVersionId");

            migrationBuilder.CreateIndex(
                name: "IX_LabelledExample_PublicId",
                table: "LabelledExample",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_LabelledExample_VerdictId",
                table: "LabelledExample",
                column: "VerdictId");

            migrationBuilder.CreateIndex(
                name: "IX_LabelMapping_FromVersionId",
                table: "LabelMapping",
                column: "FromVersionId");

            migrationBuilder.CreateIndex(
                name: "IX_LabelMapping_PublicId",
                table: "LabelMapping",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_LabelMapping_ToVersionId_FromVersionId_FromLabelKey",
                table: "LabelMapping",
                columns: new[] { "ToVersionId", "FromVersionId", "FromLabelKey" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_LabelSuspect_CaseId",
                table: "LabelSuspect",
                column: "CaseId");

            migrationBuilder.CreateIndex(
                name: "IX_LabelSuspect_PolicyId_Id",
                table: "LabelSuspect",
                columns: new[] { "PolicyId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_LabelSuspect_PublicId",
                table: "LabelSuspect",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_LabelSuspect_TaskId",
                table: "LabelSuspect",
                column: "TaskId");

            migrationBuilder.CreateIndex(
                name: "IX_Lane_PublicId",
                table: "Lane",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Lane_QueueId_Language_Modality_Source_Clearance_Audience_OwnerId",
                table: "Lane",
                columns: new[] { "QueueId", "Language", "Modality", "Source", "Clearance", "Audience", "OwnerId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_MediaBand_PrintId",
                table: "MediaBand",
                column: "PrintId");

            migrationBuilder.CreateIndex(
                name: "IX_MediaPrint_ProbeId_Frame",
                table: "MediaPrint",
                columns: new[] { "ProbeId", "Frame" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_MediaPrint_PublicId",
                table: "MediaPrint",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_MediaProbe_CreatedAt_Id",
                table: "MediaProbe",
                columns: new[] { "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_MediaProbe_Hash",
                table: "MediaProbe",
                column: "Hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_MediaProbe_LikeId",
                table: "MediaProbe",
                column: "LikeId");

            migrationBuilder.CreateIndex(
                name: "IX_MediaProbe_PublicId",
                table: "MediaProbe",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_MediaProbe_State_Id",
                table: "MediaProbe",
                columns: new[] { "State", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_OutboxMessage_AboutId_Id",
                table: "OutboxMessage",
                columns: new[] { "AboutId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_OutboxMessage_PublicId",
                table: "OutboxMessage",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_OutboxMessage_SentAt_CancelledAt_NotBefore",
                table: "OutboxMessage",
                columns: new[] { "SentAt", "CancelledAt", "NotBefore" });

            migrationBuilder.CreateIndex(
                name: "IX_OutboxMessage_SubjectId",
                table: "OutboxMessage",
                column: "SubjectId");

            migrationBuilder.CreateIndex(
                name: "IX_Policy_Key",
                table: "Policy",
                column: "Key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Policy_PublicId",
                table: "Policy",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_PolicyLabel_PolicyVersionId_Key",
                table: "PolicyLabel",
                columns: new[] { "PolicyVersionId", "Key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_PolicyLabel_PublicId",
                table: "PolicyLabel",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_PolicyVersion_PolicyId_Number",
                table: "PolicyVersion",
                columns: new[] { "PolicyId", "Number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_PolicyVersion_PublicId",
                table: "PolicyVersion",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ProtectionKey_PublicId",
                table: "ProtectionKey",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Rationale_PublicId",
                table: "Rationale",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Rationale_VerdictId",
                table: "Rationale",
                column: "VerdictId");

            migrationBuilder.CreateIndex(
                name: "IX_ReviewCase_ItemId_PolicyId",
                table: "ReviewCase",
                columns: new[] { "ItemId", "PolicyId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ReviewCase_PolicyId_FrozenMark",
                table: "ReviewCase",
                columns: new[] { "PolicyId", "FrozenMark" },
                filter: "\"FrozenMark\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ReviewCase_PolicyId_LabelKey_Id",
                table: "ReviewCase",
                columns: new[] { "PolicyId", "LabelKey", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewCase_PolicyId_LikePrint_LikeOrdinal",
                table: "ReviewCase",
                columns: new[] { "PolicyId", "LikePrint", "LikeOrdinal" });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewCase_PolicyVersionId",
                table: "ReviewCase",
                column: "PolicyVersionId");

            migrationBuilder.CreateIndex(
                name: "IX_ReviewCase_PublicId",
                table: "ReviewCase",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ReviewCase_QueueId_State_Id",
                table: "ReviewCase",
                columns: new[] { "QueueId", "State", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewCases_Gold",
                table: "ReviewCase",
                columns: new[] { "QueueId", "Gold", "Id" },
                filter: "\"Gold\"");

            migrationBuilder.CreateIndex(
                name: "IX_ReviewCases_Unscored",
                table: "ReviewCase",
                columns: new[] { "QueueId", "Id" },
                filter: "\"UnscoredSince\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ReviewerSkill_PolicyId_ReviewerId",
                table: "ReviewerSkill",
                columns: new[] { "PolicyId", "ReviewerId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ReviewerSkill_PublicId",
                table: "ReviewerSkill",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ReviewQueue_Key",
                table: "ReviewQueue",
                column: "Key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ReviewQueue_PolicyId",
                table: "ReviewQueue",
                column: "PolicyId");

            migrationBuilder.CreateIndex(
                name: "IX_ReviewQueue_PublicId",
                table: "ReviewQueue",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ReviewTask_CaseId",
                table: "ReviewTask",
                column: "CaseId");

            migrationBuilder.CreateIndex(
                name: "IX_ReviewTask_PublicId",
                table: "ReviewTask",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ReviewTasks_Adjudication",
                table: "ReviewTask",
                columns: new[] { "State", "Rank", "Id" },
                filter: "\"Purpose\" = 2");

            migrationBuilder.CreateIndex(
                name: "IX_ReviewTasks_Gold",
                table: "ReviewTask",
                column: "ReviewerId",
                filter: "\"Purpose\" = 4");

            migrationBuilder.CreateIndex(
                name: "IX_ReviewTasks_Leases",
                table: "ReviewTask",
                column: "LeasedUntil",
                filter: "\"State\" = 1");

            migrationBuilder.CreateIndex(
                name: "IX_ReviewTasks_OfReviewer",
                table: "ReviewTask",
                columns: new[] { "ReviewerId", "State" },
                filter: "\"ReviewerId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ReviewTasks_OncePerReviewer",
                table: "ReviewTask",
                columns: new[] { "CaseId", "ReviewerId" },
                unique: true,
                filter: "\"ReviewerId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ReviewTasks_Pending",
                table: "ReviewTask",
                columns: new[] { "LaneId", "Rank", "Id" },
                filter: "\"State\" = 0");

            migrationBuilder.CreateIndex(
                name: "IX_ScanDay_PolicyId_Day",
                table: "ScanDay",
                columns: new[] { "PolicyId", "Day" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ScanDay_PublicId",
                table: "ScanDay",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ScanDecision_ItemId",
                table: "ScanDecision",
                column: "ItemId");

            migrationBuilder.CreateIndex(
                name: "IX_ScanDecision_MatchedId",
                table: "ScanDecision",
                column: "MatchedId");

            migrationBuilder.CreateIndex(
                name: "IX_ScanDecision_PolicyId_Id",
                table: "ScanDecision",
                columns: new[] { "PolicyId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_ScanDecision_PublicId",
                table: "ScanDecision",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ScanRule_EndedAt_ExpiresAt",
                table: "ScanRule",
                columns: new[] { "EndedAt", "ExpiresAt" });

            migrationBuilder.CreateIndex(
                name: "IX_ScanRule_PolicyId",
                table: "ScanRule",
                column: "PolicyId");

            migrationBuilder.CreateIndex(
                name: "IX_ScanRule_PublicId",
                table: "ScanRule",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ScanSettings_PolicyId_Number",
                table: "ScanSettings",
                columns: new[] { "PolicyId", "Number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ScanSettings_PublicId",
                table: "ScanSettings",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ScanSettings_QueueId",
                table: "ScanSettings",
                column: "QueueId");

            migrationBuilder.CreateIndex(
                name: "IX_SkillFit_PolicyId",
                table: "SkillFit",
                column: "PolicyId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_SkillFit_PublicId",
                table: "SkillFit",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Snapshot_LogicalHash",
                table: "Snapshot",
                column: "LogicalHash");

            migrationBuilder.CreateIndex(
                name: "IX_Snapshot_PolicyId_Version",
                table: "Snapshot",
                columns: new[] { "PolicyId", "Version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Snapshot_PolicyVersionId",
                table: "Snapshot",
                column: "PolicyVersionId");

            migrationBuilder.CreateIndex(
                name: "IX_Snapshot_PublicId",
                table: "Snapshot",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_TaskSkip_CaseId_ReviewerId",
                table: "TaskSkip",
                columns: new[] { "CaseId", "ReviewerId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_TaskSkip_PublicId",
                table: "TaskSkip",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_TrainingRun_HeadId",
                table: "TrainingRun",
                column: "HeadId");

            migrationBuilder.CreateIndex(
                name: "IX_TrainingRun_JobId",
                table: "TrainingRun",
                column: "JobId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_TrainingRun_PolicyId_Id",
                table: "TrainingRun",
                columns: new[] { "PolicyId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_TrainingRun_PublicId",
                table: "TrainingRun",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_TrainingRun_SnapshotId",
                table: "TrainingRun",
                column: "SnapshotId");

            migrationBuilder.CreateIndex(
                name: "IX_Verdict_CaseId_Id",
                table: "Verdict",
                columns: new[] { "CaseId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Verdict_PolicyVersionId",
                table: "Verdict",
                column: "PolicyVersionId");

            migrationBuilder.CreateIndex(
                name: "IX_Verdict_PublicId",
                table: "Verdict",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Verdict_ReviewerId_CreatedAt",
                table: "Verdict",
                columns: new[] { "ReviewerId", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Verdict_SupersedesId",
                table: "Verdict",
                column: "SupersedesId");

            migrationBuilder.CreateIndex(
                name: "IX_Verdict_TaskId_Id",
                table: "Verdict",
                columns: new[] { "TaskId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Verdicts_Adjudication",
                table: "Verdict",
                column: "Id",
                filter: "\"Purpose\" = 2");

            migrationBuilder.CreateIndex(
                name: "IX_Viewing_PublicId",
                table: "Viewing",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Viewing_ReviewerId",
                table: "Viewing",
                column: "ReviewerId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_WebhookDelivery_PublicId",
                table: "WebhookDelivery",
                column: "PublicId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_WebhookDelivery_State_EndedAt",
                table: "WebhookDelivery",
                columns: new[] { "State", "EndedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_WebhookDelivery_State_SubscriptionId_NextAttemptAt",
                table: "WebhookDelivery",
                columns: new[] { "State", "SubscriptionId", "NextAttemptAt" });

            migrationBuilder.CreateIndex(
                name: "IX_WebhookDelivery_SubscriptionId_EventId",
                table: "WebhookDelivery",
                columns: new[] { "SubscriptionId", "EventId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_WebhookDelivery_SubscriptionId_Id",
                table: "WebhookDelivery",
                columns: new[] { "SubscriptionId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_WebhookSubscription_PublicId",
                table: "WebhookSubscription",
                column: "PublicId",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ApiKey");

            migrationBuilder.DropTable(
                name: "AspNetRoleClaims");

            migrationBuilder.DropTable(
                name: "AspNetUserClaims");

            migrationBuilder.DropTable(
                name: "AspNetUserLogins");

            migrationBuilder.DropTable(
                name: "AspNetUserPasskeys");

            migrationBuilder.DropTable(
                name: "AspNetUserRoles");

            migrationBuilder.DropTable(
                name: "AspNetUserTokens");

            migrationBuilder.DropTable(
                name: "AuditDay");

            migrationBuilder.DropTable(
                name: "AuditEvent");

            migrationBuilder.DropTable(
                name: "CaseInfluence");

            migrationBuilder.DropTable(
                name: "ContentVector");

            migrationBuilder.DropTable(
                name: "Draft");

            migrationBuilder.DropTable(
                name: "EncodedMedia");

            migrationBuilder.DropTable(
                name: "ExternalPrediction");

            migrationBuilder.DropTable(
                name: "FrozenMember");

            migrationBuilder.DropTable(
                name: "GoldAnswer");

            migrationBuilder.DropTable(
                name: "HashEntry");

            migrationBuilder.DropTable(
                name: "HashFlag");

            migrationBuilder.DropTable(
                name: "IdempotentAnswer");

            migrationBuilder.DropTable(
                name: "ItemPart");

            migrationBuilder.DropTable(
                name: "ItemVector");

            migrationBuilder.DropTable(
                name: "KeptFigures");

            migrationBuilder.DropTable(
                name: "LabelledExample");

            migrationBuilder.DropTable(
                name: "LabelMapping");

            migrationBuilder.DropTable(
                name: "LabelSuspect");

            migrationBuilder.DropTable(
                name: "MediaBand");

            migrationBuilder.DropTable(
                name: "OutboxMessage");

            migrationBuilder.DropTable(
                name: "PolicyLabel");

            migrationBuilder.DropTable(
                name: "ProtectionKey");

            migrationBuilder.DropTable(
                name: "Rationale");

            migrationBuilder.DropTable(
                name: "ReviewerSkill");

            migrationBuilder.DropTable(
                name: "ScanDay");

            migrationBuilder.DropTable(
                name: "ScanDecision");

            migrationBuilder.DropTable(
                name: "ScanRule");

            migrationBuilder.DropTable(
                name: "ScanSettings");

            migrationBuilder.DropTable(
                name: "SkillFit");

            migrationBuilder.DropTable(
                name: "Tally");

            migrationBuilder.DropTable(
                name: "TaskSkip");

            migrationBuilder.DropTable(
                name: "TrainingRun");

            migrationBuilder.DropTable(
                name: "Viewing");

            migrationBuilder.DropTable(
                name: "WebhookDelivery");

            migrationBuilder.DropTable(
                name: "AspNetRoles");

            migrationBuilder.DropTable(
                name: "AspNetUsers");

            migrationBuilder.DropTable(
                name: "FrozenSet");

            migrationBuilder.DropTable(
                name: "HashListChange");

            migrationBuilder.DropTable(
                name: "MediaPrint");

            migrationBuilder.DropTable(
                name: "Verdict");

            migrationBuilder.DropTable(
                name: "BackgroundJob");

            migrationBuilder.DropTable(
                name: "Snapshot");

            migrationBuilder.DropTable(
                name: "WebhookSubscription");

            migrationBuilder.DropTable(
                name: "HashList");

            migrationBuilder.DropTable(
                name: "MediaProbe");

            migrationBuilder.DropTable(
                name: "ReviewTask");

            migrationBuilder.DropTable(
                name: "Lane");

            migrationBuilder.DropTable(
                name: "ReviewCase");

            migrationBuilder.DropTable(
                name: "Head");

            migrationBuilder.DropTable(
                name: "Item");

            migrationBuilder.DropTable(
                name: "ReviewQueue");

            migrationBuilder.DropTable(
                name: "PolicyVersion");

            migrationBuilder.DropTable(
                name: "Policy");
        }
    }
}
